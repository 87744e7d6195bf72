import gc

from mogplex_cli.garbage import collect_from_now, collect_later


def test_garbage_is_collected_again_once_the_program_has_loaded() -> None:
    try:
        collect_later()
        assert not gc.isenabled()
        collect_from_now()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.enable()
        gc.unfreeze()


def test_where_nobody_put_it_off_nothing_is_set_apart() -> None:
    frozen = gc.get_freeze_count()
    collect_from_now()
    assert gc.get_freeze_count() == frozen

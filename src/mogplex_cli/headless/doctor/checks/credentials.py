"""Which credentials there are. Never what they are."""

from mogplex_cli.headless.doctor.finding import Finding, Surroundings
from mogplex_daemon.home.credentials import from_environ, stored


async def check_credentials(where: Surroundings) -> tuple[Finding, ...]:
    """One finding a provider: where its credential is from."""
    there = (*from_environ(where.environ), *stored(where.home.auth))
    if not there:
        return (
            Finding(
                "credentials",
                "degraded",
                "none",
                "mogplex, then /login; or set a provider's key, such as ANTHROPIC_API_KEY. Agents may have their own",
            ),
        )
    return tuple(
        Finding(
            each.provider,
            "nominal",
            f"present · {each.source}",
            facts={"provider": each.provider, "source": each.source},
        )
        for each in there
    )

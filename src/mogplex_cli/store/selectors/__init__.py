"""What each part of the cockpit is shown: pure functions of the one state to frozen values, a file a part."""

"""Tags that a refresh carries: what it read, known before it starts."""

from ingestion.settings import Settings
from orchestration.fingerprint import landing_fingerprint, refresh_fingerprint

FINGERPRINT = "omnimart/fingerprint"
LANDING = "omnimart/landing"


def refresh_tags(settings: Settings) -> dict[str, str]:
    """Return the tags of a refresh that starts now."""
    return {
        FINGERPRINT: refresh_fingerprint(settings),
        LANDING: landing_fingerprint(settings),
    }

"""Tags that a refresh carries: what it read, known before it starts."""

from ingestion.mirror import mirror_landing
from ingestion.settings import Settings
from orchestration.fingerprint import landing_fingerprint, refresh_fingerprint

FINGERPRINT = "omnimart/fingerprint"
LANDING = "omnimart/landing"


def refresh_tags(settings: Settings) -> dict[str, str]:
    """Return the tags of a refresh that starts now, with the exports that stand elsewhere."""
    mirror_landing(settings)
    return {
        FINGERPRINT: refresh_fingerprint(settings),
        LANDING: landing_fingerprint(settings),
    }

"""Time zones as Ruby on Rails, and so Zendesk and Freshdesk, name them: ``Berlin``, ``Eastern Time (US & Canada)``."""

from __future__ import annotations

from zoneinfo import available_timezones

_NAMES = {
    "International Date Line West": "Etc/GMT+12", "Midway Island": "Pacific/Midway", "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau", "Pacific Time (US & Canada)": "America/Los_Angeles", "Arizona": "America/Phoenix",
    "Mountain Time (US & Canada)": "America/Denver", "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York", "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax", "Newfoundland": "America/St_Johns", "Saskatchewan": "America/Regina",
    "Guadalajara": "America/Mexico_City", "Central America": "America/Guatemala", "Quito": "America/Lima",
    "Georgetown": "America/Guyana", "Brasilia": "America/Sao_Paulo", "Greenland": "America/Godthab",
    "Buenos Aires": "America/Argentina/Buenos_Aires", "Mid-Atlantic": "Atlantic/South_Georgia",
    "Azores": "Atlantic/Azores", "Cape Verde Is.": "Atlantic/Cape_Verde", "UTC": "Etc/UTC",
    "Edinburgh": "Europe/London",
    "Bern": "Europe/Zurich", "West Central Africa": "Africa/Algiers", "Kyiv": "Europe/Kiev", "Kyev": "Europe/Kiev",
    "Pretoria": "Africa/Johannesburg", "Harare": "Africa/Harare", "St. Petersburg": "Europe/Moscow",
    "Abu Dhabi": "Asia/Muscat", "Islamabad": "Asia/Karachi", "Ekaterinburg": "Asia/Yekaterinburg",
    "Chennai": "Asia/Kolkata", "Mumbai": "Asia/Kolkata", "New Delhi": "Asia/Kolkata", "Kathmandu": "Asia/Kathmandu",
    "Sri Jayawardenepura": "Asia/Colombo", "Astana": "Asia/Almaty", "Rangoon": "Asia/Yangon", "Hanoi": "Asia/Bangkok",
    "Beijing": "Asia/Shanghai", "Kuala Lumpur": "Asia/Kuala_Lumpur", "Ulaan Bataar": "Asia/Ulaanbaatar",
    "Ulaanbaatar": "Asia/Ulaanbaatar", "Osaka": "Asia/Tokyo", "Sapporo": "Asia/Tokyo", "Canberra": "Australia/Sydney",
    "Port Moresby": "Pacific/Port_Moresby", "Solomon Is.": "Pacific/Guadalcanal",
    "New Caledonia": "Pacific/Noumea", "Marshall Is.": "Pacific/Majuro", "Wellington": "Pacific/Auckland",
    "Nuku'alofa": "Pacific/Tongatapu", "Tokelau Is.": "Pacific/Fakaofo", "Chatham Is.": "Pacific/Chatham",
    "Samoa": "Pacific/Apia",
}  # fmt: skip
_CITIES = ("Europe", "America", "Asia", "Australia", "Africa", "Pacific", "Atlantic")


def iana(name: str) -> str:
    """Return the IANA name of a zone; raises ``ValueError`` for one nobody knows."""
    known = available_timezones()
    if name in _NAMES:
        return _NAMES[name]
    for zone in (name, *(f"{part}/{name.replace(' ', '_')}" for part in _CITIES)):
        if zone in known:
            return zone
    raise ValueError(f"the time zone {name!r} is not known")

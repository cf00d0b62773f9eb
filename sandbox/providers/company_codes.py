"""What tellers of companies write in codes: a company's industry, and whether its shares are traded."""

from typing import Any

# Industry of the market -> its code in the Standard Industrial Classification, EDGAR's name of the code, and
# the office of the SEC that reviews such companies.
SIC = {
    "aerospace": ("3721", "Aircraft", "04 Manufacturing"),
    "agriculture": ("0100", "Agricultural Production-Crops", "08 Industrial Applications and Services"),
    "automotive": ("3711", "Motor Vehicles & Passenger Car Bodies", "04 Manufacturing"),
    "construction": (
        "1600", "Heavy Construction Other Than Bldg Const - Contractors", "05 Real Estate & Construction",
    ),
    "consulting": ("8742", "Services-Management Consulting Services", "07 Trade & Services"),
    "education": ("8200", "Services-Educational Services", "07 Trade & Services"),
    "energy": ("1311", "Crude Petroleum & Natural Gas", "01 Energy & Transportation"),
    "finance": ("6021", "National Commercial Banks", "02 Finance"),
    "government": ("9721", "International Affairs", "99 Office of International Corporate Finance"),
    "healthcare": ("8000", "Services-Health Services", "08 Industrial Applications and Services"),
    "hospitality": ("7011", "Hotels & Motels", "05 Real Estate & Construction"),
    "human-resources": ("7363", "Services-Help Supply Services", "07 Trade & Services"),
    "insurance": ("6331", "Fire, Marine & Casualty Insurance", "02 Finance"),
    "legal": ("8111", "Services-Legal Services", "07 Trade & Services"),
    "logistics": ("4213", "Trucking (No Local)", "01 Energy & Transportation"),
    "manufacturing": ("3569", "General Industrial Machinery & Equipment, NEC", "06 Technology"),
    "marketing": ("7311", "Services-Advertising Agencies", "07 Trade & Services"),
    "media": ("7812", "Services-Motion Picture & Video Tape Production", "07 Trade & Services"),
    "nonprofit": ("8600", "Services-Membership Organizations", "07 Trade & Services"),
    "pharmaceuticals": ("2834", "Pharmaceutical Preparations", "03 Life Sciences"),
    "real-estate": ("6500", "Real Estate", "05 Real Estate & Construction"),
    "retail": ("5331", "Retail-Variety Stores", "07 Trade & Services"),
    "technology": ("7372", "Services-Prepackaged Software", "06 Technology"),
    "telecommunications": ("4813", "Telephone Communications (No Radiotelephone)", "06 Technology"),
}  # fmt: skip


def is_traded(employer: dict[str, Any]) -> bool:
    """Whether an employer has shares that anybody can buy."""
    return bool(employer["funding_type"] == "post_ipo_equity")

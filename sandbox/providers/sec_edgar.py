"""EDGAR: a company and its filings in columns, facts by tag; a page with 403 for whoever does not say who."""

from sandbox.serving.limits import SECOND, Limit

BASE = "/sec_edgar"
LIMITS = [Limit(10, SECOND)]
REPORTS = 4
TELLS_EMPLOYEES = 0.1
REVENUE_TAGS = ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax")
SIC = {
    "technology": ("7372", "Services-Prepackaged Software"),
    "finance": ("6021", "National Commercial Banks"),
    "healthcare": ("8000", "Services-Health Services"),
    "retail": ("5331", "Retail-Variety Stores"),
    "telecommunications": ("4813", "Telephone Communications (No Radiotelephone)"),
    "pharmaceuticals": ("2834", "Pharmaceutical Preparations"),
    "insurance": ("6331", "Fire, Marine & Casualty Insurance"),
    "automotive": ("3711", "Motor Vehicles & Passenger Car Bodies"),
    "energy": ("1311", "Crude Petroleum & Natural Gas"),
}
OTHER_SIC = ("3569", "General Industrial Machinery & Equipment, NEC")
# EDGAR's own codes of countries, and what it calls them.
COUNTRIES = {
    "GB": ("X0", "United Kingdom"),
    "DE": ("2M", "Germany"),
    "FR": ("I0", "France"),
    "NL": ("P7", "Netherlands"),
    "JP": ("M0", "Japan"),
    "CA": ("Z4", "Canada (Federal Level)"),
    "AU": ("C3", "Australia"),
    "SE": ("V7", "Sweden"),
    "SG": ("U0", "Singapore"),
    "HK": ("K3", "Hong Kong"),
}

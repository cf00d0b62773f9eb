"""What SQL does badly: occupations, seniority, skills and demands read from titles and texts.

Modules are imported by name (``cvplus.enrich.postings`` brings scikit-learn, which others need not wait for).
"""

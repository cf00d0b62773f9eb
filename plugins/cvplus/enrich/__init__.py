"""What SQL does badly: occupations, seniority, skills and demands read from titles and texts.

Modules are imported by name (``cvplus.enrich.kinds`` brings scikit-learn, which others need not wait for).
"""

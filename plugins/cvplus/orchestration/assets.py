"""The assets that tie the DAGs together: one a domain of raw data, then one a product of the plant."""

from airflow.sdk import Asset

JOB_MARKET = Asset(name="raw_job_market", uri="cvplus://warehouse/raw/job_market")
SALARY = Asset(name="raw_salary", uri="cvplus://warehouse/raw/salary")
SKILLS = Asset(name="raw_skills", uri="cvplus://warehouse/raw/skills")
COMPANIES = Asset(name="raw_companies", uri="cvplus://warehouse/raw/companies")
REFERENCE = Asset(name="raw_reference", uri="cvplus://warehouse/raw/reference")
PRODUCT = Asset(name="raw_product", uri="cvplus://warehouse/raw/product")
FEATURE_STORE = Asset(name="feature_store", uri="cvplus://warehouse/features")
CHAMPION = Asset(name="champion_model", uri="cvplus://registry/champion")
PREDICTIONS = Asset(name="predictions", uri="cvplus://warehouse/predictions")
DRIFT = Asset(name="drift_findings", uri="cvplus://monitoring/drift")
RETRAINING_REQUEST = Asset(name="retraining_request", uri="cvplus://monitoring/retraining_request")

RAW_DOMAINS = (JOB_MARKET, SALARY, SKILLS, COMPANIES, REFERENCE, PRODUCT)

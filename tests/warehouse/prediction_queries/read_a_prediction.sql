select
    cv_id, job_id, interview_probability, offer_probability,
    salary_low, salary_median, salary_high, salary_currency,
    time_to_hire_days_low, time_to_hire_days, time_to_hire_days_high,
    competitiveness_score, is_out_of_distribution, adversarial_score, missing_reasons, model_version
from predictions.latest_predictions
order by competitiveness_score desc nulls last
limit 5;

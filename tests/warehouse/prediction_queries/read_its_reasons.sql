select reasons.target, reasons.rank, reasons.feature, reasons.value, reasons.contribution
from predictions.latest_predictions as latest
inner join predictions.prediction_reasons as reasons on latest.prediction_id = reasons.prediction_id
order by latest.competitiveness_score desc nulls last, latest.prediction_id, reasons.target, reasons.rank
limit 12;

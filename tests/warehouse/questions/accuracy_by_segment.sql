-- How often the interview forecasts came true, by segment, over all weeks and model versions, beside how often the commoner
-- answer would have. Segments overlap. Null where nothing has been judged, which is not nought.
select
    segment,
    sum(predictions_count)::bigint as predictions_count,
    sum(matured_count)::bigint as matured_count,
    sum(pending_count)::bigint as pending_count,
    sum(never_count)::bigint as never_count,
    round(sum(true_positives_count + true_negatives_count) / nullif(sum(matured_count), 0), 4) as accuracy,
    round(
        greatest(
            sum(true_positives_count + false_negatives_count), sum(true_negatives_count + false_positives_count)
        ) / nullif(sum(matured_count), 0),
        4
    ) as baseline_accuracy
from marts.prediction_accuracy_weekly
where target = 'interview_probability'
group by segment
order by matured_count desc, predictions_count desc, segment asc;

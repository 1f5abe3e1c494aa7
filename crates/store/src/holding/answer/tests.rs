use super::EVENT_COUNTS;
use crate::delivery::trouble;
use crate::fixture::plans;
use crate::holding::tally;

#[tokio::test]
async fn charts_reach_every_table_by_an_index() {
    let desk = "SELECT id FROM receipt WHERE state = 'desk' ORDER BY id LIMIT 1";
    let tallies = [tally::EVENT, tally::CAMPAIGN, tally::SHARED, tally::EVENT_COURSE, tally::CAMPAIGN_COURSE, tally::SHARED_COURSE];
    let statements = [EVENT_COUNTS, trouble::EVENT, trouble::CAMPAIGN, desk].into_iter().chain(tallies);
    for plan in plans(statements.map(str::to_owned).collect()).await {
        for table in ["receipt", "holding", "holding_tally", "answer_course", "trouble_count", "invitation", "delivery", "c", "h", "i"] {
            let scanned = plan.lines().any(|step| step == format!("SCAN {table}"));
            assert!(!scanned, "{table} is not read as a whole: {plan}");
        }
    }
}

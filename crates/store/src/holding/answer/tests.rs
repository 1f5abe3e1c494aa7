use super::{CAMPAIGN_COUNTS, CAMPAIGN_TURNS, EVENT_COUNTS, EVENT_TURNS};
use crate::fixture::plans;

#[tokio::test]
async fn charts_reach_every_table_by_an_index() {
    let desk = "SELECT id FROM receipt WHERE state = 'desk' ORDER BY id LIMIT 1";
    let statements = [EVENT_COUNTS, CAMPAIGN_COUNTS, EVENT_TURNS, CAMPAIGN_TURNS, desk];
    for plan in plans(statements.map(str::to_owned).to_vec()).await {
        for table in ["receipt", "holding", "invitation", "delivery", "r", "h", "i"] {
            let scanned = plan.lines().any(|step| step == format!("SCAN {table}"));
            assert!(!scanned, "{table} is not read as a whole: {plan}");
        }
    }
}

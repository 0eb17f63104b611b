//! The first visit of a day is recorded, on any page.

use carillon_model::{
    env::FixedClock,
    time::{DAY_MS, compact_day},
};

use crate::fixture::SignedInMember;

#[test]
fn a_signed_in_member_is_active_on_each_day_with_a_visit() {
    // The fixture signs the member in on 9 October 2025 in Shanghai.
    let fixture = SignedInMember::start_at(|env| env.with_clock(FixedClock(env.now().plus_ms(DAY_MS))));
    let was_active = |day: &str| {
        let state = fixture.store.state();
        state.corp(&fixture.corp).unwrap().was_active(compact_day(day).unwrap(), fixture.member)
    };
    assert!(was_active("20251009") && !was_active("20251010"));
    assert_eq!(fixture.get_with("nobody", "/inbox", "zh").status, 303);
    assert!(!was_active("20251010"));
    for _ in 0..2 {
        assert_eq!(fixture.get("/inbox", "zh").status, 200);
        assert!(was_active("20251010"));
    }
}

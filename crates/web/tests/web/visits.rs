//! The first visit of a day is noted, whichever page it is.

use std::sync::Arc;

use carillon_domain::{
    contact::user::{self, NewMember},
    corp, session,
};
use carillon_model::{
    audit::Signature,
    contact::{Membership, Profile},
    env::{Env, FixedClock},
    fact::Client,
    id::DeptId,
    settings::Settings,
    time::{DAY_MS, Timestamp, compact_day},
};
use carillon_store::Store;
use carillon_web::{
    routes::{Pages, router},
    sign_in_limits::SignInLimits,
};
use tokio::{net::TcpListener, sync::watch};

/// 2025-10-09 in Shanghai.
const NOW: Timestamp = Timestamp(1_760_000_000_000);

#[test]
fn whoever_stays_signed_in_is_active_on_each_day_of_a_visit() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let env = Env::system(Settings::default(), [0; 32]).at(FixedClock(NOW));
    let at = env.clone();
    let (corp, member, text) = store
        .write_registry_blocking(Signature::server(&env, "test"), move |tx| {
            let corp = corp::create(tx, &at, "测试", corp::DEFAULT_TIME_ZONE, false)?.id;
            let new = NewMember {
                userid: None,
                profile: Profile { name: "员".to_owned(), exclusive_account: true, ..Profile::default() },
                departments: vec![Membership::ordinary(DeptId::ROOT)],
                password_hash: String::new(),
            };
            let member = user::create(tx, &at, &corp, new)?.no;
            let text = session::begin(tx, &at, &corp, member, Client::Web)?;
            Ok((corp, member, text))
        })
        .unwrap();

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (_stop, stopping) = watch::channel(false);
    let tomorrow = env.at(FixedClock(NOW.plus_ms(DAY_MS)));
    let base_url = "http://carillon.test".into();
    let limits = Arc::new(SignInLimits::new(tomorrow.settings.sign_in.clone()));
    let pages = router(Pages::new(Arc::clone(&store), tomorrow, base_url, limits, stopping));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, pages).await });

    let was_active =
        |day: &str| store.state().corp(&corp).unwrap().was_active(compact_day(day).unwrap(), member);
    assert!(was_active("20251009") && !was_active("20251010"));
    let visit = |cookie: &str| {
        let url = format!("http://{address}/inbox");
        let request = ureq::get(url).header("cookie", format!("carillon_session={cookie}"));
        let answer = request.config().http_status_as_error(false).max_redirects(0).build().call().unwrap();
        answer.status().as_u16()
    };
    assert_eq!(visit("nobody"), 303);
    assert!(!was_active("20251010"));
    for _ in 0..2 {
        assert_eq!(visit(&text), 200);
        assert!(was_active("20251010"));
    }
}

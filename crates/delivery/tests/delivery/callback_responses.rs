//! The responses of callbacks and their consequences.

use std::time::{Duration, Instant};

use carillon_domain::event::subscription::{Callback, CallbackCheck};
use carillon_model::{
    error::{Error, Rule},
    event::DeliveryState,
    settings::DeliverySettings,
};
use serde_json::json;

use crate::{
    fixture::{Fixture, fast_settings},
    receiver::{AES_KEY, Receiver, Reply, TOKEN},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_flat_and_encrypted_for_the_organisation() {
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    let event = &log[0].event;
    assert_eq!(
        receiver.received(),
        [json!({
            "EventType": "user_add_org", "EventTime": event.born_at, "CorpId": fixture.corp,
            "corpId": fixture.corp, "BizId": event.seq.to_string(), "eventId": event.id,
            "timeStamp": event.born_at.0.to_string(), "TimeStamp": event.born_at.0.to_string(),
            "userId": ["u1"], "UserId": ["u1"], "optStaffId": "", "OptStaffId": "",
        })]
    );
    assert_eq!(event.state, DeliveryState::Delivered);
    let [(1, attempt)] = log[0].attempts.as_slice() else { panic!("one attempt: {log:?}") };
    assert_eq!((attempt.status, attempt.problem.as_str()), (Some(200), ""));
    assert!(attempt.answer.starts_with("{\"msg_signature\""), "{}", attempt.answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_with_line_breaks_and_numbers_are_accepted() {
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::SuccessWithLineBreaks).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    assert_eq!(fixture.wait_until_settled(&fixture.app).await[0].event.state, DeliveryState::Delivered);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_response_is_retried_and_then_fails() {
    let settings = DeliverySettings { answer_ms: 300, ..fast_settings() };
    let redirect_target = Receiver::start("nobody", |_, _| Reply::Success).await;
    let redirect_url = redirect_target.callback.url.clone();
    let cases = [
        (Reply::Hang, None, "no answer within 300 ms"),
        (Reply::Slow(Duration::from_secs(5)), None, "no answer within 300 ms"),
        (Reply::Status(500), Some(500), "http statusCode is:500"),
        (Reply::Status(204), Some(204), "http statusCode is:204"),
        (Reply::Redirect(redirect_url), Some(302), "不允许3xx跳转"),
        (Reply::Plaintext("sucess"), Some(200), "the answer does not say success"),
        (Reply::OtherKey, Some(200), "encrypt was not encrypted with this aes_key"),
        (Reply::OtherOwner, Some(200), "encrypt carries another owner key"),
        (Reply::WrongSignature, Some(200), "msg_signature is not the signature"),
        (Reply::Text("success"), Some(200), "the answer is not the documented JSON"),
        (Reply::Text(r#"{"encrypt":"x"}"#), Some(200), "the answer is not the documented JSON"),
        (Reply::Endless, Some(200), "the answer cannot be read"),
        (Reply::Truncated, None, "connection closed before message completed"),
    ];
    let fixture = Fixture::start(settings).await;
    for (reply, status, problem) in cases {
        let (app, _) = fixture.add_app().await;
        let bad = reply.clone();
        let receiver = Receiver::start(fixture.corp.as_str(), move |_, _| bad.clone()).await;
        fixture.subscribe(&app, receiver.callback.clone()).await;
        fixture.raise("u1").await;
        let log = fixture.wait_until_settled(&app).await;
        assert_eq!(log[0].event.state, DeliveryState::Failed, "{reply:?}");
        assert_eq!(log[0].attempts.len(), 3, "one attempt and two retries: {reply:?}");
        for (_, attempt) in &log[0].attempts {
            assert_eq!(attempt.status, status, "{reply:?} {attempt:?}");
            assert!(attempt.problem.contains(problem), "{reply:?} {attempt:?}");
            assert!(attempt.answer.len() <= 256);
        }
        let ids: Vec<_> = receiver.received().iter().map(|message| message["eventId"].clone()).collect();
        assert_eq!(ids, vec![json!(log[0].event.id); 3], "the id stays the same");
        // One app's failures do not affect the others: they do not receive its event again.
        let dropped = app.clone();
        fixture
            .write(move |tx, env, corp| carillon_domain::event::subscription::delete(tx, env, corp, &dropped))
            .await
            .unwrap();
    }
    assert!(redirect_target.received().is_empty(), "redirects are not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_delivered_once_a_crashed_receiver_is_back() {
    let fixture = Fixture::start(DeliverySettings { retry_ms: vec![1; 200], ..fast_settings() }).await;
    // The receiver accepts and closes the connection three times; then nothing listens; then it is back.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    let url = receiver.callback.url.replace(&receiver.address.to_string(), &address.to_string());
    fixture.subscribe(&fixture.app, Callback { url, ..receiver.callback.clone() }).await;
    fixture.raise("u1").await;
    for _ in 0..3 {
        drop(listener.accept().await.unwrap());
    }
    drop(listener);
    while !fixture.log(&fixture.app).await[0]
        .attempts
        .iter()
        .any(|(_, tried)| tried.problem.contains("refused"))
    {
        tokio::task::yield_now().await;
    }
    let back = Receiver::start_at(address, fixture.corp.as_str(), |_, _| Reply::Success).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    assert_eq!(back.received().len(), 1);
    assert_eq!(back.received()[0]["eventId"], json!(log[0].event.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_counts_only_before_the_deadline() {
    assert_eq!(DeliverySettings::default().answer_ms, 2_500, "as documented");
    let time = Duration::from_millis(600);
    for (answer_ms, state, problem) in
        [(60_000, DeliveryState::Delivered, ""), (200, DeliveryState::Failed, "no answer within 200 ms")]
    {
        let fixture =
            Fixture::start(DeliverySettings { answer_ms, retry_ms: Vec::new(), ..fast_settings() }).await;
        let receiver = Receiver::start(fixture.corp.as_str(), move |_, _| Reply::Slow(time)).await;
        fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
        fixture.raise("u1").await;
        let log = fixture.wait_until_settled(&fixture.app).await;
        assert_eq!((log[0].event.state, log[0].attempts.len()), (state, 1));
        assert_eq!(log[0].attempts[0].1.problem, problem);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_respected() {
    let fixture = Fixture::start(DeliverySettings { retry_ms: vec![1, 1], ..fast_settings() }).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before {
        0 => Reply::RetryAfter(503, "1"),
        // A date in the past: the retry table decides.
        1 => Reply::RetryAfter(429, "Sun, 06 Nov 1994 08:49:37 GMT"),
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    let times: Vec<i64> = log[0].attempts.iter().map(|(_, attempt)| attempt.started_at.0).collect();
    assert_eq!(times.len(), 3);
    assert!(times[1] - times[0] >= 1_000, "{times:?}");
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_callback_does_not_delay_others() {
    let fixture = Fixture::start(DeliverySettings { answer_ms: 30_000, at_once: 2, ..fast_settings() }).await;
    let (slow_app, _) = fixture.add_app().await;
    let slow = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Hang).await;
    let fast_receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&slow_app, slow.callback.clone()).await;
    fixture.subscribe(&fixture.app, fast_receiver.callback.clone()).await;
    let started = Instant::now();
    for number in 0..50 {
        fixture.raise(&format!("u{number}")).await;
    }
    fast_receiver.wait_for_messages(50).await;
    assert!(started.elapsed() < Duration::from_secs(30), "the receivers are independent");
    assert_eq!(slow.received().len(), 2, "at most `at_once` are in flight");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_checked_before_it_is_stored() {
    let fixture = Fixture::start(DeliverySettings { answer_ms: 300, ..fast_settings() }).await;
    let callbacks = carillon_delivery::Callbacks::new(&fixture.env).unwrap();
    let good = Receiver::start("owner", |_, _| Reply::Success).await;
    callbacks.check(good.callback.clone()).await.unwrap();
    assert_eq!(good.received(), [json!({ "EventType": "check_url" })]);

    let rule = async |callback: Callback| match callbacks.check(callback).await {
        Err(Error::RuleBecause(rule, reason)) => (rule, reason.to_string()),
        other => panic!("{other:?}"),
    };
    let answers = async |reply: Reply| {
        let receiver = Receiver::start("owner", move |_, _| reply.clone()).await;
        rule(receiver.callback.clone()).await.0
    };
    assert_eq!(answers(Reply::Plaintext("no")).await, Rule::CallbackAnswerWrong);
    assert_eq!(answers(Reply::WrongSignature).await, Rule::CallbackAnswerWrong);
    assert_eq!(answers(Reply::Status(404)).await, Rule::CallbackUnreachable);
    assert_eq!(answers(Reply::Hang).await, Rule::CallbackUnreachable);
    assert_eq!(answers(Reply::Redirect("http://127.0.0.1/".to_owned())).await, Rule::CallbackUnreachable);

    let at = |url: &str| Callback {
        url: url.to_owned(),
        token: TOKEN.to_owned(),
        aes_key: AES_KEY.to_owned(),
        owner_key: "owner".to_owned(),
    };
    for url in [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/",
        "http://[::1]:80/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:7f00:2]/",
        "http://[::7f00:2]/",
        "http://0x7f.0.0.2/",
        "http://0177.0.0.2/",
        "http://127.2/",
        "http://2130706434/",
        "http://0x7f000002/",
        "http://017700000002/",
        "http://127.0.0.2./",
        "http://%31%32%37.0.0.2/",
        "http://１２７.0.0.2/",
        "http://127.0.0.2/",
        "https://192.168.0.1/",
        "http://0.0.0.0/",
    ] {
        let (rule, reason) = rule(at(url)).await;
        assert_eq!(rule, Rule::CallbackHostForbidden, "{url}: {reason}");
    }
    for url in ["", "callback", "ftp://127.0.0.1/", "http://", "http://user:pw@127.0.0.1/", "javascript:1"] {
        assert_eq!(rule(at(url)).await.0, Rule::CallbackUrlInvalid, "{url}");
    }
    // Nothing listens on the port, and the name does not resolve.
    assert_eq!(rule(at("http://127.0.0.1:1/")).await.0, Rule::CallbackUnreachable);
    assert_eq!(rule(at("http://no.such.host.invalid/")).await.0, Rule::CallbackUnreachable);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_checked_again_at_each_connection() {
    // As if the name had resolved to another address when it was stored.
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    let port = receiver.callback.url.rsplit(':').next().unwrap();
    let url = format!("http://localhost:{port}");
    let callback = Callback { url: format!("http://127.0.0.2:{port}"), ..receiver.callback.clone() };
    fixture.subscribe(&fixture.app, callback).await;
    fixture.raise("u1").await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    assert!(log[0].attempts[2].1.problem.contains("not an address that callbacks may have"), "{log:?}");
    assert!(receiver.received().is_empty());

    // All addresses of a name are checked: some machines resolve localhost to ::1 as well, which is not allowed.
    let (app, _) = fixture.add_app().await;
    fixture.subscribe(&app, Callback { url, ..receiver.callback.clone() }).await;
    fixture.raise("u2").await;
    let log = fixture.wait_until_settled(&app).await;
    let delivered = log[0].event.state == DeliveryState::Delivered;
    assert!(delivered || log[0].attempts[0].1.problem.contains("not an address"), "{log:?}");
}

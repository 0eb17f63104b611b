//! Reply addresses to try: those of the operator's own conversations, so that nobody else gets what is tried.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_domain::{
    chat::app_url::{self, OpenWebhook},
    event,
};
use carillon_model::{
    chat::ChatContent, error::Result, event::EventKind, message::Message, operator::OperatorRole,
};
use carillon_store::Tx;
use serde_json::{Value, json};

use super::{
    Section,
    access::Operator,
    apps,
    page::{self, Choice, WebhookView, Webhooks},
};
use crate::{
    paths,
    routes::{Pages, failed, html, notice, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// Roles that try reply addresses.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Developer];
/// Characters of the message that an address replies to.
const MESSAGE_CHARS: usize = 80;
/// The values of `msgtype`.
const FORMATS: [&str; 5] = ["text", "markdown", "link", "actionCard", "feedCard"];

/// The page.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    match load(&pages, &operator, &query).await {
        // The addresses are credentials.
        Ok(Some(view)) => uncached(html(200, PageKind::App, page::webhooks(&view))),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Webhooks>> {
    let viewer = operator.viewer(pages);
    let value = |name: &str| query.get(name).map(|value| value.trim()).unwrap_or_default();
    let mut all = apps::of_corp(pages, operator);
    all.retain(|app| event::may_receive(app, EventKind::AccountMessage));
    let app = match value("app") {
        "" => all.first(),
        key => match all.iter().find(|app| app.key.as_str() == key) {
            None => return Ok(None),
            found => found,
        },
    };
    let open = match app.cloned() {
        None => Vec::new(),
        Some(app) => {
            let (corp, env, base_url) = (operator.corp().clone(), pages.env.clone(), pages.base_url.clone());
            let member = operator.signed_in.member;
            let read =
                move |tx: &mut Tx<'_>| app_url::open_webhooks(tx, &env, &corp, member, (&app, &base_url));
            pages.store.read(operator.corp(), read).await?
        }
    };
    let chosen = open.iter().find(|webhook| webhook.account.as_str() == value("account")).or(open.first());
    let account_name = |webhook: &OpenWebhook| {
        let account = operator.state.account(&webhook.account);
        account.map_or_else(|_| webhook.account.to_string(), |account| account.name.clone())
    };
    let key = app.map(|app| app.key.to_string()).unwrap_or_default();
    let format = FORMATS.into_iter().find(|format| *format == value("format")).unwrap_or(FORMATS[0]);
    let view = chosen.map(|webhook| {
        let body = format!("{:#}", example(viewer.lang, format));
        let href = |format: &str| {
            let (app, account) = (paths::encode(&key), paths::encode(webhook.account.as_str()));
            format!("{}?app={app}&account={account}&format={format}", Section::Webhooks.path())
        };
        WebhookView {
            expires: webhook.expires_at.format_in(&viewer.zone),
            message: summary(webhook),
            formats: FORMATS.map(|one| (one, href(one), one == format)).into(),
            curl: curl(&webhook.url, &body),
            url: webhook.url.clone(),
            body,
        }
    });
    Ok(Some(Webhooks {
        console: operator.console(),
        apps: all
            .iter()
            .map(|app| Choice {
                value: app.key.to_string(),
                name: format!("{} ({})", app.name, app.key),
                is_chosen: app.key.as_str() == key,
            })
            .collect(),
        accounts: open
            .iter()
            .map(|webhook| Choice {
                value: webhook.account.to_string(),
                name: account_name(webhook),
                is_chosen: chosen.is_some_and(|chosen| chosen.account == webhook.account),
            })
            .collect(),
        webhook: view,
        zone: viewer.zone(),
    }))
}

/// The message that an address replies to; empty if it is no text.
fn summary(webhook: &OpenWebhook) -> String {
    match &webhook.message.content {
        ChatContent::Message(Message::Text { content }) => content.chars().take(MESSAGE_CHARS).collect(),
        _ => String::new(),
    }
}

/// The command that sends a body.
fn curl(url: &str, body: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    format!("curl {} -H 'content-type: application/json' -d {}", quoted(url), quoted(body))
}

/// A message in a format.
fn example(lang: Lang, format: &str) -> Value {
    let (title, text, button) = match lang {
        Lang::Zh => ("订单已备好", "请到 **3 号柜台** 取货。", "我现在来"),
        Lang::En => ("Your order is ready", "Come to **counter 3** for it.", "I come now"),
    };
    let url = "https://example.com/orders/1";
    match format {
        "markdown" => json!({ "msgtype": "markdown", "markdown": { "title": title, "text": text } }),
        "link" => json!({ "msgtype": "link", "link": { "title": title, "text": text, "messageUrl": url } }),
        "actionCard" => json!({
            "msgtype": "actionCard",
            "actionCard": { "title": title, "text": text, "singleTitle": button, "singleURL": url },
        }),
        "feedCard" => json!({
            "msgtype": "feedCard",
            "feedCard": { "links": [{ "title": title, "messageURL": url, "picURL": "https://example.com/order.png" }] },
        }),
        _ => json!({ "msgtype": "text", "text": { "content": title } }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_argument_whatever_is_in_it() {
        let expected = "curl 'https://a/b?c=d' -H 'content-type: application/json' -d '{\"a\":\"it'\\''s\"}'";
        assert_eq!(curl("https://a/b?c=d", "{\"a\":\"it's\"}"), expected);
    }
}

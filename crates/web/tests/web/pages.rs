//! All pages in both languages, rendered from view models.

use carillon_model::color::Color;
use carillon_web::{
    clean::{Href, Picture, article_html, markdown_html, text_html},
    page::{self, Html},
    text::Lang,
    time::Moment,
    view::*,
};
use jiff::tz::TimeZone;

const HOSTILE: &str = "\"><script>alert(1)</script>";

fn page(lang: Lang) -> Page {
    let logo = Logo { picture: Picture::media("@lAlogo").unwrap(), width: 80, height: 40 };
    let organisation =
        Organisation { name: HOSTILE.into(), logo: Some(logo), accent: Some(Color::new(0xa1, 0x2b, 0x3c)) };
    Page {
        member: Some(HOSTILE.into()),
        organisation: Some(organisation),
        ..Page::new(lang, "/inbox/a/x?before=1&y=2")
    }
}

fn moment(lang: Lang) -> Moment {
    Moment::new(lang, 1_781_055_000_000, 1_781_055_000_000, &TimeZone::UTC)
}

fn zone() -> Zone {
    Zone { name: HOSTILE.into(), offset_minutes: -210 }
}

fn account() -> Account {
    Account { unionid: "u/1+2=".into(), name: HOSTILE.into(), avatar: None }
}

fn article(title: &str) -> CardArticle {
    CardArticle {
        title: title.into(),
        digest: HOSTILE.into(),
        cover: Picture::media("@lAcover"),
        href: Some(Href::local("/article/7".into())),
    }
}

fn feed_link(title: &str) -> FeedLink {
    FeedLink {
        title: title.into(),
        href: Href::external("https://example.com"),
        picture: Picture::media("@lApic"),
    }
}

fn bodies() -> Vec<MessageBody> {
    let html = markdown_html("**粗**");
    let button = CardButton { title: "去".into(), href: Href::external("https://example.com/?a=1&b=2") };
    let dead = CardButton { title: "坏".into(), href: Href::external("javascript:alert(1)") };
    vec![
        MessageBody::Text { plain: "文本".into(), html: text_html("文本 <b>") },
        MessageBody::Ding { plain: HOSTILE.into(), html: text_html(HOSTILE), channel: DingChannel::Phone },
        MessageBody::Image { picture: Picture::media("@lApic"), alt: String::new() },
        MessageBody::Image { picture: None, alt: String::new() },
        MessageBody::Markdown { title: HOSTILE.into(), html: html.clone() },
        MessageBody::ActionCard {
            title: HOSTILE.into(),
            html: html.clone(),
            buttons: vec![button, dead],
            layout: ButtonLayout::Horizontal,
        },
        MessageBody::SingleActionCard {
            title: "卡".into(),
            html,
            single_title: String::new(),
            href: Href::external("https://example.com"),
        },
        MessageBody::NewsCard { articles: vec![article("第一篇"), article("第二篇")] },
        MessageBody::SingleNews { article: article("单篇") },
        MessageBody::Link { title: "链".into(), text: HOSTILE.into(), href: None, picture: None },
        MessageBody::Feed { links: vec![feed_link("首条"), feed_link(HOSTILE)] },
        MessageBody::Choice { name: HOSTILE.into(), plain: HOSTILE.into() },
    ]
}

fn message(lang: Lang, (index, body): (usize, MessageBody)) -> Message {
    Message {
        id: format!("push{index}iE"),
        seq: i64::try_from(index).unwrap(),
        is_mine: matches!(body, MessageBody::Choice { .. }),
        sender: HOSTILE.into(),
        is_continued: false,
        time: moment(lang),
        body,
        is_preview: index == 0,
    }
}

fn conversation(lang: Lang) -> Conversation {
    let item = |name: &str, action| MenuItem { name: name.into(), action };
    let link = |name| item(name, MenuAction::Open(Href::external("https://example.com").unwrap()));
    let choice = |name| item(name, MenuAction::Choose("/inbox/a/x/menu/1-1".into()));
    let recalled = Recalled { id: HOSTILE.into(), seq: 1, time: moment(lang) };
    Conversation {
        page: page(lang),
        account: account(),
        items: [Item::Day(moment(lang)), Item::Unread, Item::Recalled(recalled)]
            .into_iter()
            .chain(bodies().into_iter().enumerate().map(|entry| Item::Message(message(lang, entry))))
            .collect(),
        unsent: vec![Unsent { name: HOSTILE.into(), text: HOSTILE.into() }],
        zone: zone(),
        older: Some("c/1".into()),
        is_newest: true,
        menu: vec![
            MenuButton::Item(link("一")),
            MenuButton::Parent { name: "二".into(), items: vec![link("二之一"), choice("二之二")] },
            MenuButton::Parent { name: "空".into(), items: vec![] },
        ],
        composer: Composer::Open { submission: "s1".into(), text: HOSTILE.into(), max_chars: 5 },
        problem: Some("出了问题"),
    }
}

fn list(lang: Lang) -> ConversationList {
    let row = |unread| ConversationRow {
        account: account(),
        summary: Some(HOSTILE.into()),
        time: Some(moment(lang)),
        unread,
        urgent: false,
        seq: 7,
    };
    ConversationList { page: page(lang), rows: vec![row(0), row(1_234_567_890)], zone: zone() }
}

fn article_page(lang: Lang, forwarding: Forwarding) -> Article {
    Article {
        page: page(lang),
        title: HOSTILE.into(),
        cover: Picture::media("@lAcover"),
        account: account(),
        published: moment(lang),
        body: article_html("<p style='color:red'>字</p>", "/media/"),
        forwarding,
        preview_until: Some(moment(lang)),
        comments: Some(comments(lang, Some(CommentError::TooLong))),
        back: Some("/inbox/a/x#m-1".into()),
        zone: zone(),
    }
}

fn comments(lang: Lang, error: Option<CommentError>) -> Comments {
    let comment = |id: &str, delete: Option<&str>, is_hidden| Comment {
        id: id.into(),
        author: HOSTILE.into(),
        time: moment(lang),
        html: text_html(HOSTILE),
        delete: delete.map(str::to_owned),
        is_hidden,
        answer: Some(text_html(HOSTILE)),
    };
    Comments {
        action: "/article/c/1/comments".into(),
        draft_action: "/article/c/1/comments/draft".into(),
        task_id: HOSTILE.into(),
        max_chars: 500,
        selected_only: true,
        draft: HOSTILE.into(),
        error,
        items: vec![comment("2", Some("/article/c/1/comments/2/delete"), true), comment("1", None, false)],
    }
}

fn sign_in(lang: Lang) -> SignIn {
    let member = DemoMember {
        corp: HOSTILE.into(),
        userid: "u".into(),
        name: HOSTILE.into(),
        password: HOSTILE.into(),
    };
    SignIn {
        page: Page { member: None, ..page(lang) },
        next: HOSTILE.into(),
        action: "/o/a/".into(),
        other: Some("/sign-in?other".into()),
        userid: HOSTILE.into(),
        provider: Some(SignInProvider { href: HOSTILE.into(), label: HOSTILE.into(), is_only_way: false }),
        demo_members: vec![member],
        error: Some(SignInError::WrongPassword),
    }
}

fn search(lang: Lang) -> Search {
    let hit = Hit {
        account: account(),
        sender: HOSTILE.into(),
        time: moment(lang),
        href: "/inbox/a/x?before=3#m-y".into(),
        excerpt: vec![(HOSTILE.into(), false), (HOSTILE.into(), true)],
    };
    Search {
        page: page(lang),
        query: HOSTILE.into(),
        account: Some(account()),
        accounts: vec![account()],
        hits: vec![hit],
        next: Some("7".into()),
        is_first: true,
        zone: zone(),
    }
}

fn me(lang: Lang) -> Me {
    let session = |is_this| MemberSession {
        id: HOSTILE.into(),
        device: HOSTILE.into(),
        began: Moment::new(lang, 0, 1, &TimeZone::UTC),
        used: Some(Moment::new(lang, 0, 1, &TimeZone::UTC)),
        ends: Moment::new(lang, 0, 1, &TimeZone::UTC),
        is_this,
    };
    Me {
        page: page(lang),
        userid: HOSTILE.into(),
        has_initial_password: true,
        done: Some(AccountAction::Password),
        sessions: vec![session(true), session(false)],
        zone: zone(),
    }
}

fn all(lang: Lang) -> Vec<Html> {
    let kinds = [
        NoticeKind::NotFound,
        NoticeKind::Deleted,
        NoticeKind::Recalled,
        NoticeKind::LinkExpired,
        NoticeKind::SignInNeeded,
        NoticeKind::Forbidden,
        NoticeKind::OtherOrganisation,
        NoticeKind::UnknownOrganisation,
        NoticeKind::NoOrganisation,
        NoticeKind::Busy,
        NoticeKind::Unavailable,
    ];
    let mut pages = vec![
        page::sign_in(&sign_in(lang)),
        page::organisation_choice(&OrganisationChoice {
            page: page(lang),
            next: HOSTILE.into(),
            short_name: HOSTILE.into(),
            problem: Some(ChoiceError::Unknown),
            demo_members: sign_in(lang).demo_members,
        }),
        page::other_organisation(&OtherOrganisation {
            other: page(lang).organisation.unwrap(),
            page: page(lang),
            entry: HOSTILE.into(),
        }),
        page::me(&me(lang)),
        page::change_password(&ChangePassword {
            page: page(lang),
            next: HOSTILE.into(),
            userid: HOSTILE.into(),
            is_required: true,
            error: Some(PasswordError::WrongCurrent),
        }),
        page::conversation_list(&list(lang)),
        page::conversation(&conversation(lang)),
        page::article(&article_page(lang, Forwarding::Allowed)),
        page::search(&search(lang)),
        page::profile(&Profile {
            page: page(lang),
            account: account(),
            brief: HOSTILE.into(),
            desc: HOSTILE.into(),
            preview: Picture::media("@lApic"),
        }),
    ];
    pages.extend(kinds.map(|kind| page::notice(&Notice { page: page(lang), kind, sign_in: None })));
    pages
}

#[test]
fn pages_escape_texts_of_people() {
    for html in [Lang::Zh, Lang::En].into_iter().flat_map(all) {
        let html = html.unwrap();
        assert!(!html.contains("<script>") && !html.contains("javascript:"), "{html}");
        assert!(html.contains("&#60;script&#62;"), "{html}");
    }
}

#[test]
fn pages_are_complete_and_load_nothing_from_other_hosts() {
    for (lang, tag) in [(Lang::Zh, "<html lang=\"zh-CN\">"), (Lang::En, "<html lang=\"en\">")] {
        for html in all(lang) {
            let html = html.unwrap();
            for part in [tag, "<main id=\"main\"", "class=\"skip\"", "</html>"] {
                assert!(html.contains(part), "{part}: {html}");
            }
            for attribute in ["src=\"", "<link rel=\"stylesheet\" href=\"", "action=\""] {
                for (at, _) in html.match_indices(attribute) {
                    assert!(html[at + attribute.len()..].starts_with('/'), "{html}");
                }
            }
            assert!(html.matches("<h1>").count() == 1, "one heading: {html}");
        }
    }
}

#[test]
fn english_pages_have_no_chinese_texts() {
    let plain = Page::new(Lang::En, "/inbox");
    let empty = ConversationList { page: plain.clone(), rows: vec![], ..list(Lang::En) };
    let nothing =
        Search { page: plain.clone(), hits: vec![], accounts: vec![], next: None, ..search(Lang::En) };
    let notice = Notice { page: plain, kind: NoticeKind::Recalled, sign_in: None };
    for html in [page::conversation_list(&empty), page::notice(&notice), page::search(&nothing)] {
        let html = html.unwrap().replace(">中文</a>", "");
        assert!(!html.contains(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)), "{html}");
    }
}

#[test]
fn fragments_are_the_parts_of_their_pages() {
    let whole = page::conversation(&conversation(Lang::Zh)).unwrap();
    let messages = page::messages_fragment(&conversation(Lang::Zh)).unwrap();
    assert!(whole.contains(messages.trim()) && !messages.contains("<html"));
    assert!(messages.contains("/inbox/a/u%2F1%2B2%3D?before=c%2F1"), "{messages}");
    let one = page::messages_alone(Lang::Zh, &[message(Lang::Zh, (3, bodies().remove(3)))]).unwrap();
    assert!(
        one.trim().starts_with("<li class=\"message\"") && one.contains("data-id=\"push3iE\" data-seq=\"3\""),
        "{one}"
    );
    assert!(whole.contains(one.trim()));
    let rows = page::conversation_list_fragment(&list(Lang::En)).unwrap();
    assert!(
        page::conversation_list(&list(Lang::En)).unwrap().contains(rows.trim()) && !rows.contains("<html")
    );
    let results = page::search_results_fragment(&search(Lang::En)).unwrap();
    assert!(page::search(&search(Lang::En)).unwrap().contains(results.trim()) && !results.contains("<html"));
}

#[test]
fn a_card_with_a_heading_does_not_repeat_its_title() {
    let card = |markdown: &str| {
        let html = markdown_html(markdown);
        let body = MessageBody::SingleActionCard {
            title: "预约".into(),
            html,
            single_title: String::new(),
            href: Href::external("https://example.com"),
        };
        page::messages_alone(Lang::Zh, &[message(Lang::Zh, (1, body))]).unwrap()
    };
    assert!(card("正文").contains("<h2>预约</h2>"));
    for markdown in ["# 题\n\n正文", "正文\n\n###### 题"] {
        assert!(!card(markdown).contains("预约"), "{}", card(markdown));
    }
}

#[test]
fn only_the_newest_page_is_live() {
    let older = Conversation { is_newest: false, ..conversation(Lang::Zh) };
    assert!(page::conversation(&conversation(Lang::Zh)).unwrap().contains("data-live=\"conversation\""));
    assert!(!page::conversation(&older).unwrap().contains("data-live"));
}

#[test]
fn controls_without_an_action_are_left_out() {
    let html = page::conversation(&conversation(Lang::Zh)).unwrap();
    assert!(html.contains("二之一") && !html.contains("<span>空</span>"), "{html}");
    assert!(html.contains("<span>坏</span>") && !html.contains(">坏</a>"), "{html}");
    let bare = Conversation { menu: vec![], composer: Composer::Absent, ..conversation(Lang::Zh) };
    let bare = page::conversation(&bare).unwrap();
    assert!(
        !bare.contains("<nav")
            && !bare.contains("<form class=\"menu\"")
            && !bare.contains("data-compose")
            && !bare.contains("class=\"dock\"")
    );
}

#[test]
fn the_message_field_keeps_a_refused_text_with_the_reason() {
    let html = page::conversation(&conversation(Lang::Zh)).unwrap();
    for part in [
        "action=\"/inbox/a/u%2F1%2B2%3D/messages\"",
        "name=\"submission\" value=\"s1\"",
        "maxlength=\"5\"",
        "role=\"alert\" data-problem>出了问题</p>",
        "\n&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;</textarea>",
        "<button type=\"submit\" formaction=\"/inbox/a/x/menu/1-1\"><span>二之二</span></button>",
        "<li class=\"message mine\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let closed = Conversation {
        composer: Composer::Closed("不行"),
        problem: None,
        unsent: vec![],
        ..conversation(Lang::Zh)
    };
    let closed = page::conversation(&closed).unwrap();
    assert!(closed.contains("<p class=\"composer-closed\">不行</p>") && !closed.contains("<textarea"));
    assert!(closed.contains("data-problem hidden></p>"));
}

#[test]
fn a_conversation_names_senders_and_times() {
    let html = page::conversation(&conversation(Lang::En)).unwrap();
    let sender = "<span class=\"sender\" dir=\"auto\">&#34;";
    assert_eq!(html.matches(sender).count(), bodies().len(), "each message");
    for part in [
        "<li class=\"day\"><time datetime=\"2026-06-10\">Today</time></li>",
        "<li class=\"unread-from\" id=\"unread\" tabindex=\"-1\"><span>Unread messages</span></li>",
        "A message was recalled</li>",
        "UTC\u{2212}3:30",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn counts_are_short_on_screen_and_exact_for_screen_readers() {
    let html = page::conversation_list(&list(Lang::En)).unwrap();
    assert!(html.contains(">99+</span>") && html.contains("1234567890 unread"), "{html}");
}

#[test]
fn an_article_that_may_not_be_forwarded_offers_no_link() {
    let published = |forwarding| Article { preview_until: None, ..article_page(Lang::En, forwarding) };
    let allowed = page::article(&published(Forwarding::Allowed)).unwrap();
    assert!(allowed.contains("data-copy hidden") && allowed.contains("paper"));
    let refused = page::article(&published(Forwarding::Refused)).unwrap();
    let expected = "The author does not allow forwarding";
    assert!(!refused.contains("data-copy hidden") && refused.contains("noindex, nofollow"));
    assert!(refused.contains(expected));
    // Nobody else can open a preview, so it never offers forwarding.
    let preview = page::article(&article_page(Lang::En, Forwarding::Refused)).unwrap();
    assert!(!preview.contains("data-copy hidden") && !preview.contains(expected));
    let visitor = Article {
        page: Page { member: None, ..page(Lang::Zh) },
        ..article_page(Lang::Zh, Forwarding::Allowed)
    };
    assert!(!page::article(&visitor).unwrap().contains("/profile"));
}

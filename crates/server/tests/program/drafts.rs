//! Sends that operators prepare in the console.

use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
};

use crate::console::operator;

/// A draft in the browser of an operator.
struct Draft<'b> {
    browser: &'b Browser,
    path: String,
}

impl<'b> Draft<'b> {
    fn add(browser: &'b Browser, unionid: &str) -> Self {
        let (status, path) = browser.submit("/console/drafts", &[("account", unionid)]);
        assert_eq!(status, 303, "{path}");
        Self { browser, path }
    }

    fn page(&self) -> String {
        self.browser.page(&self.path)
    }

    fn seen_by<'o>(&self, browser: &'o Browser) -> Draft<'o> {
        Draft { browser, path: self.path.clone() }
    }

    fn version(&self) -> String {
        let page = self.page();
        page.split("name=\"version\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap()
            .to_owned()
    }

    fn submit(&self, action: &str, form: &[(&str, &str)]) -> (u16, String) {
        let version = self.version();
        self.submit_at(&version, action, form)
    }

    fn submit_at(&self, version: &str, action: &str, form: &[(&str, &str)]) -> (u16, String) {
        let defaults = [("version", version), ("password", PASSWORD)];
        // What a test gives comes first, and the first of a name counts.
        let form: Vec<_> = form.iter().copied().chain(defaults).collect();
        self.browser.submit(&format!("{}/{action}", self.path), &form)
    }

    fn ok(&self, action: &str, form: &[(&str, &str)]) -> String {
        let (status, leads) = self.submit(action, form);
        assert_eq!(status, 303, "{action}: {leads}");
        leads
    }

    fn text(&self, text: &str) {
        self.ok("message", &[("kind", "text"), ("text", text)]);
    }

    fn refused(&self, action: &str, form: &[(&str, &str)], reason: &str) {
        let (status, page) = self.submit(action, form);
        assert!(status == 422 && page.contains(reason), "{action} {status}: {page}");
    }
}

fn task_of(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn a_send_is_prepared_checked_and_sent() {
    let mut fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let sender = operator(&fixture, "sender", &format!("sender:{unionid}"));
    assert!(sender.page("/console/drafts").contains("还没有草稿"));
    let draft = Draft::add(&sender, &unionid);
    draft.refused("message", &[("kind", "text"), ("text", " \n")], "请填写内容");
    let long = "字".repeat(20_001);
    let (status, page) = draft.submit("message", &[("kind", "text"), ("text", &long)]);
    assert!(status == 422 && page.contains("内容过长") && page.contains(&long), "what was typed stays");
    draft.text(&long[..long.len() - "字".len()]);
    draft.text("今晚停水 <b>");
    // Nobody is chosen yet, so there is nothing to send.
    assert!(!draft.page().contains("id=\"send\""));
    draft.refused("send", &[], "请选择接收范围");
    draft.ok("receivers", &[("all", "0"), ("users", "ann，nobody")]);
    let page = draft.page();
    assert!(page.contains("没有这些成员：nobody") && !page.contains("id=\"send\""), "{page}");
    draft.refused("send", &[], "请选择接收范围");
    let many: Vec<String> = (0..1_001).map(|number| format!("user{number}")).collect();
    draft.refused("receivers", &[("all", "0"), ("users", &many.join("\n"))], "最多 1,000 个");
    let found = sender.page(&format!("{}?find=bo", draft.path));
    assert!(found.contains("name=\"user\" value=\"bob\""), "{found}");
    draft.ok("receivers", &[("all", "0"), ("users", "ann"), ("user", "bob"), ("user", "ann")]);
    let page = draft.page();
    assert!(page.contains("所选 2 人中，2 人将收到") && page.contains("今晚停水 &lt;b&gt;"), "{page}");
    assert!(page.contains("消息将立即发送给 2 位成员"), "{page}");
    // A preview is for the operator alone.
    draft.ok("preview", &[]);
    assert_eq!((sender.conversation(&unionid).len(), ann.conversation(&unionid).len()), (1, 0));

    let path = draft.path;
    fixture.crash();
    let [sender, ann, bob] = [sender, ann, bob].map(|browser| browser.moved_to(fixture.url()));
    let draft = Draft { browser: &sender, path };
    let leads = draft.ok("send", &[]);
    assert!(leads.starts_with(&format!("/console/sends/{unionid}/")), "{leads}");
    let task = task_of(&leads);
    for reader in [&ann, &bob] {
        assert!(reader.message(&unionid, &task).unwrap().contains("今晚停水"));
    }
    // Sent once: the draft is gone, for the sender and for whoever has it open.
    let gone = format!("/console/drafts?account={unionid}&problem=gone");
    assert_eq!(sender.follow(&draft.path), (303, gone.clone()));
    assert_eq!(draft.submit_at("9", "send", &[]), (303, gone.clone()));
    assert!(sender.page(&gone).contains("草稿已被发送或删除"));
    let record = fixture
        .ok_v1("/v1.0/carillon/message/mass/progress", &json!({ "unionid": unionid, "task_id": task }));
    assert_eq!(record["receivers"], 2, "{record}");
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=sender");
    for action in ["console.draft.add", "console.draft.message", "console.draft.send"] {
        assert!(trail.contains(action), "{action}: {trail}");
    }
    assert!(!trail.contains("停水"), "contents are not in the trail");
}

/// Two owners change the rules that the page showed to both: the second one sees both, and may save once more.
fn conflict_over_rules(owner: &Browser, rules: &str) {
    let revision = |page: &str| -> String {
        let (_, rest) = page.split_once("name=\"revision\" value=\"").expect("a revision");
        rest.split('"').next().expect("its end").to_owned()
    };
    let first = revision(&owner.page(rules));
    let form = |revision, above| {
        [("approval", "all"), ("four_eyes", "1"), ("confirm_above", above), ("revision", revision)]
    };
    assert_eq!(owner.submit(rules, &form(&first, "7")).0, 303);
    let (status, page) = owner.submit(rules, &form(&first, "3"));
    assert!(status == 422 && page.contains("再次保存会覆盖对方") && page.contains("value=\"3\""), "{page}");
    assert!(owner.page(rules).contains("value=\"7\""), "nothing was replaced");
    assert_eq!(owner.submit(rules, &form(&revision(&page), "3")).0, 303);
    assert!(owner.page(rules).contains("value=\"3\""));
}

#[test]
fn approval_takes_two_people() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let owner = operator(&fixture, "owner", "owner");
    let sender = operator(&fixture, "sender", "sender");
    let approver = operator(&fixture, "approver", "approver");
    let rules = format!("/console/drafts/{unionid}/rules");
    for browser in [&sender, &approver] {
        assert_eq!(browser.open(&rules).0, 403);
        assert_eq!(browser.submit(&rules, &[("approval", "none")]).0, 403);
    }
    let night = [("from", "22:00"), ("until", "22:00")];
    for (form, reason) in [
        (vec![("approval", "all"), night[0], night[1]], "两个不同的时间"),
        (vec![("approval", "all"), night[0]], "两个不同的时间"),
        (vec![("approval", "all"), ("confirm_above", "many")], "正整数"),
        (vec![("approval", "king")], "正整数"),
    ] {
        let (status, page) = owner.submit(&rules, &form);
        assert!(status == 422 && page.contains(reason), "{form:?}: {page}");
    }
    assert!(owner.page(&rules).contains("value=\"none\" checked"), "nothing was saved");
    let form = [("approval", "all"), ("four_eyes", "1"), ("confirm_above", "3")];
    assert_eq!(owner.submit(&rules, &form), (303, format!("{rules}?done=saved")));
    let saved = owner.page(&rules);
    assert!(saved.contains("value=\"all\" checked") && saved.contains("value=\"3\""), "{saved}");
    conflict_over_rules(&owner, &rules);

    let draft = Draft::add(&sender, &unionid);
    draft.text("放假三天");
    draft.ok("receivers", &[("all", "1")]);
    assert!(draft.page().contains("发送前需要审批"));
    draft.refused("send", &[("confirm", "4")], "发送前需要审批");
    assert!(approver.page("/console").contains("没有待审批的群发"));
    draft.ok("ask", &[]);
    assert!(approver.page("/console").contains("放假三天"));
    let seen = draft.seen_by(&approver);
    assert_eq!(seen.submit("send", &[]).0, 403);
    assert_eq!(seen.submit("message", &[("kind", "text"), ("text", "改")]).0, 403);
    assert_eq!(draft.submit("decide", &[("decision", "approve")]).0, 403);
    seen.refused("decide", &[("decision", "reject"), ("note", &"长".repeat(501))], "最多 500");
    seen.ok("decide", &[("decision", "reject"), ("note", "三天太长 <i>")]);
    let page = draft.page();
    assert!(page.contains("已驳回") && page.contains("三天太长 &#60;i&#62;"), "{page}");
    draft.text("放假两天");
    draft.ok("ask", &[]);
    // The owner wrote none of it, and changes it after the approver has read it.
    let read = seen.version();
    draft.seen_by(&owner).text("放假一天");
    let (status, page) = seen.submit_at(&read, "decide", &[("decision", "approve")]);
    assert!(status == 422 && page.contains("他人修改") && page.contains("放假一天"), "{page}");
    let (status, page) = seen.submit_at(&draft.version(), "decide", &[("decision", "approve")]);
    assert!(status == 422 && page.contains("没有待审批"), "{page}");
    draft.ok("ask", &[]);
    draft.seen_by(&owner).refused("decide", &[("decision", "approve")], "不能审批自己");
    seen.ok("decide", &[("decision", "approve")]);
    // Four members: above three the number is typed.
    let page = draft.page();
    assert!(page.contains("已通过") && page.contains("name=\"confirm\""), "{page}");
    draft.refused("send", &[("confirm", "3")], "人数不符");
    // A send to everybody asks for the password once more; wrong ones count.
    draft.refused("send", &[("confirm", "4"), ("password", "wrong password")], "密码不正确");
    draft.refused("send", &[("confirm", "4"), ("password", "")], "密码不正确");
    let task = task_of(&draft.ok("send", &[("confirm", "4")]));
    assert!(ann.message(&unionid, &task).unwrap().contains("放假一天"));
    // Apps cannot go around it.
    let refused =
        fixture.call("/topapi/message/mass/send", &fixture.text("绕过", &json!({ "is_to_all": true })));
    assert_eq!(refused["errcode"], 800_018, "{refused}");
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the started server has the clock of the machine")]
fn a_scheduled_send_is_changed_and_called_off() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    fixture.member("ann", 1);
    let sender = operator(&fixture, "sender", "sender");
    let editor = operator(&fixture, "editor", "editor");
    let draft = Draft::add(&sender, &unionid);
    draft.text("明天见");
    draft.ok("receivers", &[("all", "1")]);
    for due in ["", "2001-01-01T00:00", "nonsense"] {
        draft.refused("time", &[("when", "later"), ("due", due)], "请填写将来一年以内的时间");
    }
    let tomorrow = std::time::SystemTime::now() + std::time::Duration::from_secs(86_400);
    let day = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::try_from(tomorrow).unwrap()).date();
    let next = format!("{day}T09:30");
    draft.ok("time", &[("when", "later"), ("due", &next)]);
    assert!(draft.page().contains(&format!("value=\"{next}\"")));
    let path = draft.ok("send", &[]);
    let page = sender.page(&path);
    assert!(page.contains("09:30") && page.contains("取消发送并改回草稿"), "{page}");
    assert!(!editor.page(&path).contains("取消发送"), "editors do not send");
    assert_eq!(editor.submit(&format!("{path}/edit"), &[]).0, 403);
    assert_eq!(editor.submit(&format!("{path}/cancel"), &[]).0, 403);
    let (status, back) = sender.submit(&format!("{path}/edit"), &[]);
    assert_eq!(status, 303);
    let draft = Draft { browser: &sender, path: back };
    let page = draft.page();
    assert!(page.contains("明天见") && page.contains(&format!("value=\"{next}\"")), "{page}");
    let (status, page) = sender.submit(&format!("{path}/edit"), &[]);
    assert!(status == 409 && page.contains("已经发送或取消"), "{page}");
    let path = draft.ok("send", &[]);
    assert_eq!(sender.submit(&format!("{path}/cancel"), &[]), (303, format!("{path}?done=cancel")));
    assert!(sender.page(&format!("{path}?done=cancel")).contains("已取消。"));
    assert!(sender.page("/console/sends?status=recalled").contains("明天见"));
}

#[test]
fn articles_links_and_markdown_are_sent() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let sender = operator(&fixture, "sender", "sender");
    let add = |title: &str, publish: bool| -> Value {
        let article = json!({ "title": title, "content": "<p>正文</p>", "uuid": title });
        let id =
            fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
        let id = id["article_id"].clone();
        if publish {
            fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
        }
        id
    };
    let (first, second, hidden) = (add("头条", true), add("次条", true), add("草稿文章", false));
    let [first, second, hidden] = [first, second, hidden].map(|id| id.to_string());
    let draft = Draft::add(&sender, &unionid);
    draft.ok("receivers", &[("all", "1")]);
    let choices = sender.page(&format!("{}?kind=articles", draft.path));
    assert!(choices.contains("次条") && !choices.contains("草稿文章"), "published ones alone: {choices}");
    draft.refused("message", &[("kind", "articles"), ("article", "")], "请至少选择一篇文章");
    draft.refused("message", &[("kind", "articles"), ("article", "999")], "第 1 篇文章不是这个服务号的文章");
    let articles =
        [("kind", "articles"), ("article", second.as_str()), ("article", ""), ("article", first.as_str())];
    draft.ok("message", &[articles.as_slice(), &[("article", &hidden), ("allow_comment", "1")]].concat());
    assert!(draft.page().contains("第 3 篇文章尚未发布"));
    draft.refused("send", &[], "第 3 篇文章尚未发布");
    draft.refused("ask", &[], "第 3 篇文章尚未发布");
    draft.ok("message", &[articles.as_slice(), &[("allow_comment", "1")]].concat());
    let page = draft.page();
    assert!(page.find("次条").unwrap() < page.find("头条").unwrap(), "in the chosen order: {page}");
    let task = task_of(&draft.ok("send", &[]));
    let message = ann.message(&unionid, &task).unwrap();
    assert!(message.contains("次条") && message.contains("头条") && message.contains("send="), "{message}");

    for (form, reason) in [
        (vec![("title", "官网"), ("text", "看看"), ("url", "javascript:alert(1)")], "网址不正确"),
        (vec![("title", ""), ("text", "看看"), ("url", "https://example.com/")], "请填写内容"),
    ] {
        let draft = Draft::add(&sender, &unionid);
        draft.refused("message", &[form.as_slice(), &[("kind", "link")]].concat(), reason);
    }
    let link = [("title", "官网"), ("text", "看看"), ("url", "https://example.com/?a=1&b=2")];
    let markdown = [("title", "周报"), ("text", "**要点**")];
    for (kind, form, expected) in [
        ("link", link.as_slice(), "https://example.com/?a=1&#38;b=2"),
        ("markdown", markdown.as_slice(), "<strong>要点</strong>"),
    ] {
        let draft = Draft::add(&sender, &unionid);
        draft.ok("message", &[form, &[("kind", kind)]].concat());
        draft.ok("receivers", &[("all", "1")]);
        let task = task_of(&draft.ok("send", &[]));
        let message = ann.message(&unionid, &task).unwrap();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn two_editors_do_not_overwrite_each_other_silently() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let (first, second) = (operator(&fixture, "first", "editor"), operator(&fixture, "second", "editor"));
    let draft = Draft::add(&first, &unionid);
    draft.text("初稿");
    let seen = draft.seen_by(&second);
    let read = draft.version();
    seen.text("第二人的修改");
    let (status, page) = draft.submit_at(&read, "message", &[("kind", "text"), ("text", "第一人的修改")]);
    assert!(status == 422 && page.contains("草稿刚刚被他人修改"), "{page}");
    assert!(page.contains(">第一人的修改</textarea>"), "what was typed stays: {page}");
    assert!(seen.page().contains("第二人的修改"), "nothing was overwritten");
    // Saving once more is a decision.
    draft.ok("message", &[("kind", "text"), ("text", "第一人的修改")]);
    assert!(seen.page().contains("第一人的修改"));
    assert_eq!(draft.submit("send", &[]).0, 403, "editors prepare, senders send");
}

#[test]
fn nobody_else_reaches_a_draft() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let other = fixture.account("另一个");
    let sender = operator(&fixture, "sender", &format!("sender:{unionid}"));
    let stranger = operator(&fixture, "stranger", &format!("sender:{other}"));
    let analyst = operator(&fixture, "analyst", "analyst");
    let draft = Draft::add(&sender, &unionid);
    draft.text("机密");
    let id = draft.path.rsplit('/').next().unwrap();
    for path in [draft.path.clone(), format!("/console/drafts?account={unionid}")] {
        assert_eq!(stranger.open(&path).0, 404, "{path}");
        assert_eq!(analyst.open(&path).0, 403, "{path}");
    }
    // The draft of one account is none of another.
    let elsewhere = format!("/console/drafts/{other}/{id}");
    assert_eq!(stranger.follow(&elsewhere).0, 303);
    assert_eq!(stranger.submit("/console/drafts", &[("account", &unionid)]).0, 404);
    for action in ["message", "receivers", "time", "preview", "ask", "decide", "send", "delete"] {
        let form = [("version", "2"), ("kind", "text"), ("text", "x"), ("decision", "approve"), ("all", "1")];
        let path = format!("{}/{action}", draft.path);
        // A sender approves nowhere, whatever the draft. The rest is not there.
        let hidden = if action == "decide" { 403 } else { 404 };
        assert_eq!(stranger.submit(&path, &form).0, hidden, "{action}");
        assert_eq!(analyst.submit(&path, &form).0, 403, "{action}");
        let expected = if action == "decide" { 403 } else { 303 };
        assert_eq!(stranger.submit(&format!("{elsewhere}/{action}"), &form).0, expected, "{action}");
        let outside = Browser::signed_out(fixture.url());
        assert_eq!(outside.submit(&path, &form).0, 303, "{action}");
        assert_eq!(outside.follow(&path), (303, draft.path.clone()));
    }
    assert!(draft.page().contains("机密"));
    assert_eq!(draft.submit("delete", &[]), (303, format!("/console/drafts?account={unionid}")));
    assert!(sender.page("/console/drafts").contains("还没有草稿"));
}

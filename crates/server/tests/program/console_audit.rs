//! The audit trail in words.

use testkit::browser::Browser;

/// Operations, objects and fields have words in both languages, with their codes beside; filters take both.
pub fn names_things_by_title(auditor: &Browser, chinese: &str, english: &str, task: &str) {
    for part in [
        "撤回群发 <code class=\"code-beside\">console.recall</code>",
        "<span title=\"send\">群发</span>",
        ">撤回</span>",
    ] {
        assert!(chinese.contains(part), "{part}: {chinese}");
    }
    for part in [
        "Recall a send <code class=\"code-beside\">console.recall</code>",
        "<span title=\"send\">Send</span>",
        ">Recalled</span>",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    // An operation of an app has its own title.
    assert!(
        english.contains("Create a user <code class=\"code-beside\">contacts.user_create</code>"),
        "{english}"
    );
    let rows = |query: &str| {
        let page = auditor.page(&format!("/console/audit?{query}"));
        (page.matches("<tr tabindex").count(), page)
    };
    let (all, _) = rows("");
    let (recalls, by_code) = rows("action=console.recall");
    assert!(recalls == 1 && by_code.contains("value=\"console.recall\""), "{by_code}");
    for words in ["撤回", "recall a", "RECALL A SEND", "console.rec"] {
        assert_eq!(rows(&format!("action={}", carillon_web::paths::encode(words))).0, 1, "{words}");
    }
    assert_eq!(rows("action=%E6%B2%A1%E6%9C%89").0, 0, "no operation has these words");
    let (members, page) = rows("subject=member");
    assert!(
        members > 0 && members < all && page.contains("<option value=\"member\" selected>成员"),
        "{page}"
    );
    assert_eq!(rows(&format!("subject=send&object={task}&actor=sender")).0, 1);
    let (unknown, page) = rows("subject=nothing");
    assert!(unknown == 0 && page.contains("<option value=\"nothing\" selected>"), "{page}");
    let csv = auditor.page("/console/audit?action=%E6%92%A4%E5%9B%9E&csv=1");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let (_, page) = rows("action=.");
    assert!(page.contains("请写得更具体") && page.contains("没有记录"), "{page}");
}

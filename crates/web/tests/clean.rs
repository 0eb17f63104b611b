//! What honest writers send, and how it is shown.

use carillon_web::clean::{article_html, markdown_html};

#[test]
fn media_ids_become_addresses_of_this_server() {
    let img = |src: &str| format!("<img src=\"{src}\" alt=\"图\" loading=\"lazy\" decoding=\"async\">");
    assert_eq!(article_html("<img alt=图 src='@lADO_x-1'>", "/media/").as_str(), img("/media/%40lADO_x-1"));
    assert_eq!(article_html("<img alt=图 src='$iAEK=1'>", "/p/7/").as_str(), img("/p/7/%24iAEK%3D1"));
    assert_eq!(markdown_html("![图](@lADO1)").as_str(), format!("<p>{}</p>\n", img("/media/%40lADO1")));
}

#[test]
fn pictures_elsewhere_become_links() {
    assert_eq!(
        article_html("<img src='https://cdn.example.com/a.png?x=1&y=2' alt='路线 <图>'>", "/media/").as_str(),
        "<a class=\"elsewhere\" href=\"https://cdn.example.com/a.png?x=1&amp;y=2\" target=\"_blank\" \
         rel=\"noopener noreferrer\">路线 &lt;图&gt;</a>"
    );
    assert!(markdown_html("![](http://cdn.example.com/a.png)").as_str().contains(">cdn.example.com</a>"));
    // A link cannot stand in a link: the words of the picture stay inside the one that is there.
    let linked = article_html(
        "<a href='https://a.example'><img src='https://b.example/x.png' alt='图'></a>",
        "/media/",
    );
    assert!(linked.as_str().ends_with(">图</a>") && !linked.as_str().contains("b.example"), "{linked}");
}

#[test]
fn links_open_apart_and_keep_no_opener() {
    let html = markdown_html("[手册](https://example.com/?a=1&b=2)");
    assert!(html.as_str().contains("href=\"https://example.com/?a=1&amp;b=2\""), "{html}");
    assert!(
        html.as_str().contains("target=\"_blank\"") && html.as_str().contains("rel=\"noopener noreferrer\"")
    );
    let page = "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fexample.com";
    assert!(markdown_html(&format!("[x]({page})")).as_str().contains("href=\"https://example.com\""));
}

#[test]
fn articles_keep_their_styles_and_messages_do_not() {
    let source = "<p style='text-align:center;position:fixed;color:#c00'>字</p>";
    let article = article_html(source, "/media/");
    assert_eq!(article.as_str(), "<p style=\"text-align:center;color:#c00\">字</p>");
    assert!(article.sets_colours());
    assert!(!article_html("<p>The color: red</p>", "/media/").sets_colours());
    assert!(!markdown_html(source).as_str().contains("style"));
    assert!(
        markdown_html("<font color=\"#ff0000\">红</font>")
            .as_str()
            .contains("<font color=\"#ff0000\">红</font>")
    );
}

#[test]
fn tables_lists_and_headings_stay() {
    let html = markdown_html("# 标题\n\n1. 一\n2. 二\n\n|甲|乙|\n|:-:|-:|\n|1|2|");
    for part in ["<h1>标题</h1>", "<ol>", "<li>一</li>", "<th", "<td"] {
        assert!(html.as_str().contains(part), "{part}: {html}");
    }
}

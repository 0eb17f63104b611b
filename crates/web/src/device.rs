//! Names of browser and system from the `User-Agent`, by which members tell their sessions apart.

/// Marks of browsers and their names. Many browsers send the marks of others too, so the first match counts.
const BROWSERS: &[(&str, &str)] = &[
    ("DingTalk", "DingTalk"),
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of systems and their names.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Returns browser and system as `Safari · iPhone`; empty if neither is known.
pub fn name(user_agent: &str) -> String {
    let find = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let parts: Vec<&str> = [find(BROWSERS), find(SYSTEMS)].into_iter().flatten().collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_by_its_own_mark() {
        let apple =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
        for (agent, expected) in [
            (format!("{apple} Version/18.0 Mobile/15E148 Safari/604.1"), "Safari · iPhone"),
            (format!("{apple} Mobile/15E148 MicroMessenger/8.0.50"), "WeChat · iPhone"),
            (format!("{windows} Safari/537.36"), "Chrome · Windows"),
            (format!("{windows} Safari/537.36 Edg/140.0"), "Edge · Windows"),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
                "Firefox · Linux",
            ),
            ("curl/8.0".to_owned(), ""),
            (String::new(), ""),
        ] {
            assert_eq!(name(&agent), expected, "{agent}");
        }
    }
}

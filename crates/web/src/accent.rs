//! The accent colour of an organisation, as a style sheet.
//!
//! The chosen colour is darkened on a light background and lightened on a dark one until text is readable, so any colour may be
//! chosen. The address of the style sheet contains the colour; nothing is stored for it. A separate style sheet is needed because
//! the content security policy of the pages allows no inline styles.

use std::fmt::Write;

use carillon_model::color::Color;

/// Must be increased when the rules for a colour change: browsers cache the style sheet for ever.
const RULES_VERSION: u32 = 1;

/// The contrast that text needs (WCAG 2, AA).
const READABLE: f64 = 4.5;

const BLACK: Color = Color::new(0, 0, 0);
const WHITE: Color = Color::new(255, 255, 255);

/// The backgrounds of accents in `inbox.css`, besides their tint. Of each theme the one with the least contrast is enough.
const LIGHT_GROUND: Color = Color::new(0xf3, 0xf5, 0xf4);
const DARK_GROUND: Color = Color::new(0x23, 0x29, 0x27);
const DARK_SURFACE: Color = Color::new(0x1a, 0x1e, 0x1d);

/// The colours derived from an accent colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Palette {
    /// The colour of links and of filled buttons.
    accent: Color,
    /// The colour of text on a filled button.
    on_accent: Color,
    /// A background for text in the accent colour.
    tint: Color,
}

impl Palette {
    fn light(chosen: Color) -> Self {
        Self::readable(chosen, BLACK, LIGHT_GROUND, |accent| Self {
            accent,
            on_accent: WHITE,
            tint: WHITE.mixed(accent, 0.12),
        })
    }

    fn dark(chosen: Color) -> Self {
        Self::readable(chosen, WHITE, DARK_GROUND, |accent| Self {
            accent,
            on_accent: BLACK.mixed(accent, 0.1),
            tint: DARK_SURFACE.mixed(accent, 0.15),
        })
    }

    /// Mixes the chosen colour with as little of another one as makes all text readable.
    fn readable(chosen: Color, toward: Color, ground: Color, palette: impl Fn(Color) -> Self) -> Self {
        let of = |percent: u8| palette(chosen.mixed(toward, f64::from(percent) / 100.0));
        let is_readable = |palette: &Self| {
            [ground, palette.tint, palette.on_accent]
                .iter()
                .all(|other| palette.accent.contrast(*other) >= READABLE)
        };
        (0..100).map(of).find(is_readable).unwrap_or_else(|| of(100))
    }

    fn declarations(self) -> String {
        let Self { accent, on_accent, tint } = self;
        format!("--accent: {accent}; --on-accent: {on_accent}; --tint: {tint};")
    }
}

/// Returns the path of the style sheet of a colour.
pub fn path(color: Color) -> String {
    let digits = color.to_string();
    format!("/assets/accent.{}.{RULES_VERSION}.css", digits.trim_start_matches('#'))
}

/// Returns the style sheet at a path; `None` if the path is not that of a colour.
pub fn find(address: &str) -> Option<String> {
    let digits = address.strip_prefix("/assets/accent.")?.split('.').next()?;
    let color: Color = format!("#{digits}").parse().ok()?;
    (path(color) == address).then(|| style_sheet(color))
}

fn style_sheet(color: Color) -> String {
    let (light, dark) = (Palette::light(color).declarations(), Palette::dark(color).declarations());
    let mut css = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(css, ":root {{ {light} }}");
    let _ = writeln!(css, "@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}");
    // An article that sets colours is shown on white in the dark theme too.
    let _ = writeln!(css, ".reading main:has(.paper) {{ {light} }}");
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_readable_in_any_colour() {
        let part = |number: usize| [0, 51, 102, 153, 204, 255][number % 6];
        for number in 0..216 {
            let chosen = Color::new(part(number), part(number / 6), part(number / 36));
            let (light, dark) = (Palette::light(chosen), Palette::dark(chosen));
            for (palette, grounds) in [
                (light, [WHITE, LIGHT_GROUND, light.tint, light.on_accent]),
                (dark, [DARK_SURFACE, DARK_GROUND, dark.tint, dark.on_accent]),
            ] {
                for ground in grounds {
                    let contrast = palette.accent.contrast(ground);
                    assert!(contrast >= READABLE, "{chosen}: {palette:?} on {ground} has {contrast}");
                }
            }
        }
    }

    #[test]
    fn a_readable_colour_is_not_changed() {
        let chosen = Color::new(0x0f, 0x6b, 0x5c);
        assert_eq!(Palette::light(chosen).accent, chosen);
        assert_ne!(Palette::dark(chosen).accent, chosen);
    }

    #[test]
    fn a_style_sheet_has_one_address() {
        let address = path(Color::new(0xa1, 0x2b, 0x3c));
        assert_eq!(address, "/assets/accent.a12b3c.1.css");
        assert!(find(&address).unwrap().contains(":root { --accent: #a12b3c;"));
        for other in [
            "/assets/accent.A12B3C.1.css",
            "/assets/accent.a12b3c.2.css",
            "/assets/accent.a12b3.1.css",
            "/assets/accent.a12b3c.css",
            "/assets/accent.a12b3c.1.css.1",
        ] {
            assert_eq!(find(other), None, "{other}");
        }
    }

    #[test]
    fn the_backgrounds_match_the_style_sheet() {
        let css = include_str!("../assets/inbox.css");
        for ground in [
            format!("--ground: {LIGHT_GROUND};"),
            "--surface: #fff;".to_owned(),
            format!("--sunken: {DARK_GROUND};"),
            format!("--surface: {DARK_SURFACE};"),
        ] {
            assert!(css.contains(&ground), "{ground}");
        }
    }
}

//! Colours of organisations.

use std::{fmt, str::FromStr};

/// An sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Color {
    /// The colour of these components.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Mixes this colour (`share` 0.0) with another one (`share` 1.0).
    #[must_use]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let part = |this: u8, other: u8| {
            let mixed = (f64::from(this) * (1.0 - share) + f64::from(other) * share).round();
            // A mean of two numbers up to 255 is at most 255.
            mixed as u8
        };
        Self::new(part(self.red, other.red), part(self.green, other.green), part(self.blue, other.blue))
    }

    /// The contrast ratio to another colour as WCAG 2 defines it, from 1 to 21. Text needs 4.5.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

/// The error of a text that is not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoColor;

impl FromStr for Color {
    type Err = NoColor;

    fn from_str(text: &str) -> Result<Self, NoColor> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NoColor)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoColor);
        }
        let part = |at: usize| {
            digits.get(at..at + 2).and_then(|part| u8::from_str_radix(part, 16).ok()).ok_or(NoColor)
        };
        Ok(Self::new(part(0)?, part(2)?, part(4)?))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_parsed_and_printed() {
        assert_eq!("#0F6b5c".parse(), Ok(Color::new(0x0f, 0x6b, 0x5c)));
        assert_eq!(Color::new(0x0f, 0x6b, 0x5c).to_string(), "#0f6b5c");
        for bad in ["", "#", "0f6b5c", "#0f6b5", "#0f6b5c0", "#+f6b5c", "#０f6b", "red", "#ggg000"] {
            assert_eq!(bad.parse::<Color>(), Err(NoColor), "{bad}");
        }
    }

    #[test]
    fn the_contrast_ratio_follows_wcag() {
        let (black, white) = (Color::new(0, 0, 0), Color::new(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        assert!((Color::new(0x76, 0x76, 0x76).contrast(white) - 4.54).abs() < 0.01);
        assert_eq!(black.mixed(white, 0.5), Color::new(128, 128, 128));
    }
}

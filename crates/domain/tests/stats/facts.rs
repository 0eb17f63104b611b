//! Random facts with few different values, so that they collide.

use carillon_model::{
    fact::{Fact, Kind},
    id::MemberNo,
};
use serde_json::{Map, Value, json};

/// A sequence of numbers from a seed, so that a failing case is reproduced by its seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap()].clone()
    }
}

/// A random fact of any kind, of one of the members or, where allowed, without a member.
pub fn any(dice: &mut Dice, members: &[MemberNo]) -> (Option<MemberNo>, Fact) {
    let kind = dice.pick(Kind::ALL);
    let member = if kind.needs_member() || dice.below(3) > 0 { Some(dice.pick(members)) } else { None };
    (member, of_kind(dice, kind))
}

pub fn of_kind(dice: &mut Dice, kind: Kind) -> Fact {
    let schema = kind.schema();
    let properties = schema.as_value()["properties"].as_object().unwrap();
    let fields: Map<String, Value> =
        properties.iter().map(|(name, schema)| (name.clone(), value(dice, name, schema))).collect();
    kind.read(Value::Object(fields)).unwrap()
}

fn value(dice: &mut Dice, name: &str, schema: &Value) -> Value {
    if let Some(options) = schema["oneOf"].as_array() {
        return dice.pick(options)["const"].clone();
    }
    if let Some(options) = schema["enum"].as_array() {
        return dice.pick(options);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].clone(),
        kind => kind.clone(),
    };
    match (kind.as_str().unwrap(), name) {
        ("boolean", _) => json!(dice.below(3) > 0),
        ("integer", "articleId") => json!(dice.below(9) + 1),
        ("integer", name) if name.ends_with("Ms") => {
            json!(dice.pick(&[0, 1, 59_999, 60_000, 299_999, 300_000, 5_400_000]))
        }
        ("integer", _) => json!(dice.pick(&[1, 2, 3, 5_000, 5_001])),
        ("string", name) => json!(format!("{name}{}", dice.below(4))),
        other => panic!("{other:?}"),
    }
}

//! Values of any type that can be deserialized, made up: every field has another value, and every variant occurs. So a golden file
//! holds a field as soon as its type has it.

use std::collections::HashMap;

use carillon_model::{audience::Audience, id::MemberNo};
use serde::{
    Deserializer, de,
    de::{DeserializeSeed, IntoDeserializer, Visitor, value},
    forward_to_deserialize_any,
};

type Result<T> = std::result::Result<T, value::Error>;

/// Elements of a list at least, and values of a type.
const AT_LEAST: usize = 2;
/// Values of a type at most.
const AT_MOST: usize = 1_000;

/// Makes up values, one after the other.
#[derive(Default)]
pub(super) struct Sampler {
    /// Values so far: every second one lacks what is optional.
    round: u64,
    /// Scalars so far.
    count: u64,
    /// Of each enumeration, how often a variant was chosen, each in its turn, and how many there are.
    chosen: HashMap<&'static str, (usize, usize)>,
    /// Variants that occurred.
    covered: usize,
}

/// As many values as it takes until every variant occurred in one of them.
pub(super) fn samples<T>(mut read: impl FnMut(&mut Sampler) -> Result<T>) -> Vec<T> {
    let mut sampler = Sampler::default();
    let mut samples = Vec::new();
    while samples.len() < AT_LEAST || sampler.chosen.values().any(|(chosen, variants)| chosen < variants) {
        assert!(samples.len() < AT_MOST, "some variant never occurs: {:?}", sampler.chosen);
        samples.push(read(&mut sampler).unwrap());
        sampler.round += 1;
    }
    samples
}

impl Sampler {
    fn next(&mut self) -> u64 {
        self.count += 1;
        // Some take one byte, some more.
        self.count * 37 % 16_411
    }
}

impl<'de> Deserializer<'de> for &mut Sampler {
    type Error = value::Error;

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let next = self.next();
        visitor.visit_bool(next.is_multiple_of(2))
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let next = i64::try_from(self.next()).unwrap();
        visitor.visit_i64(if next % 5 == 1 { -next } else { next })
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let next = self.next();
        visitor.visit_u64(next % 251)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let next = self.next();
        visitor.visit_u64(next)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let next = self.next();
        visitor.visit_string(format!("文{next}"))
    }

    /// The only bytes are bitmaps: one with a run and with members far apart.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let next = u32::try_from(self.next()).unwrap();
        let members = (next..next + 100).chain([70_000 + next, 70_003 + next]);
        let bytes = members.map(MemberNo).collect::<Audience>().compact().to_bytes().unwrap();
        visitor.visit_borrowed_bytes(bytes.leak())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.round.is_multiple_of(2) { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Elements::list(self))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Elements::exactly(self, len))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(Elements::exactly(self, len))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(Elements::list(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(Elements::exactly(self, fields.len()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let (chosen, _) = self.chosen.entry(name).or_insert((0, variants.len()));
        let variant = *chosen % variants.len();
        self.covered += usize::from(*chosen < variants.len());
        *chosen += 1;
        visitor.visit_enum(Variant { sampler: self, index: u32::try_from(variant).unwrap() })
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        Err(de::Error::custom("a form cannot say what its types are"))
    }

    forward_to_deserialize_any! { i128 u128 f32 f64 char byte_buf identifier ignored_any }
}

/// Elements of a list, or the fields of something.
struct Elements<'s> {
    sampler: &'s mut Sampler,
    /// How many there are; `None` for a list, which goes on while new variants occur.
    len: Option<usize>,
    given: usize,
    covered_before: usize,
}

impl<'s> Elements<'s> {
    fn list(sampler: &'s mut Sampler) -> Self {
        Self { covered_before: sampler.covered, sampler, len: None, given: 0 }
    }

    fn exactly(sampler: &'s mut Sampler, len: usize) -> Self {
        Self { len: Some(len), ..Self::list(sampler) }
    }

    fn has_another(&mut self) -> bool {
        let another = match self.len {
            Some(len) => self.given < len,
            None => self.given < AT_LEAST || self.sampler.covered > self.covered_before,
        };
        self.given += 1;
        self.covered_before = self.sampler.covered;
        another
    }
}

impl<'de> de::SeqAccess<'de> for Elements<'_> {
    type Error = value::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.has_another() { seed.deserialize(&mut *self.sampler).map(Some) } else { Ok(None) }
    }
}

impl<'de> de::MapAccess<'de> for Elements<'_> {
    type Error = value::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.has_another() { seed.deserialize(&mut *self.sampler).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(&mut *self.sampler)
    }
}

struct Variant<'s> {
    sampler: &'s mut Sampler,
    index: u32,
}

impl<'s, 'de> de::EnumAccess<'de> for Variant<'s> {
    type Error = value::Error;
    type Variant = &'s mut Sampler;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant)> {
        let index: value::U32Deserializer<value::Error> = self.index.into_deserializer();
        Ok((seed.deserialize(index)?, self.sampler))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Sampler {
    type Error = value::Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Elements::exactly(self, len))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(Elements::exactly(self, fields.len()))
    }
}

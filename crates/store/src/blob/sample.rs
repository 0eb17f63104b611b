//! Generates sample values of any type that can be deserialized. Every field has a different value, and every variant occurs, so
//! that golden files cover all fields of a type.

use std::collections::HashMap;

use carillon_model::{audience::Audience, id::MemberNo};
use serde::{
    Deserializer, de,
    de::{DeserializeSeed, IntoDeserializer, Visitor, value},
    forward_to_deserialize_any,
};

type Result<T> = std::result::Result<T, value::Error>;

/// The minimum number of elements of a list, and of samples.
const MIN_SAMPLES: usize = 2;
/// The maximum number of samples.
const MAX_SAMPLES: usize = 1_000;

/// A deserializer that generates values.
#[derive(Default)]
pub(super) struct Sampler {
    /// The number of samples so far. Every second one has no optional values.
    round: u64,
    /// The number of scalars so far.
    count: u64,
    /// For each enumeration, how many variants were chosen in turn, and how many it has.
    chosen: HashMap<&'static str, (usize, usize)>,
    /// The number of variants that have occurred.
    covered: usize,
}

/// Returns as many samples as are needed for every variant to occur.
pub(super) fn samples<T>(mut read: impl FnMut(&mut Sampler) -> Result<T>) -> Vec<T> {
    let mut sampler = Sampler::default();
    let mut samples = Vec::new();
    while samples.len() < MIN_SAMPLES || sampler.chosen.values().any(|(chosen, variants)| chosen < variants) {
        assert!(samples.len() < MAX_SAMPLES, "some variant never occurs: {:?}", sampler.chosen);
        samples.push(read(&mut sampler).unwrap());
        sampler.round += 1;
    }
    samples
}

impl Sampler {
    fn next(&mut self) -> u64 {
        self.count += 1;
        // Some numbers take one byte, others more.
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

    /// All bytes are bitmaps: one with a run and with distant members.
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
        Err(de::Error::custom("the form contains no types"))
    }

    forward_to_deserialize_any! { i128 u128 f32 f64 char byte_buf identifier ignored_any }
}

/// The elements of a list or tuple, or the fields of a struct.
struct Elements<'s> {
    sampler: &'s mut Sampler,
    /// The number of elements; `None` for a list, which continues while new variants occur.
    len: Option<usize>,
    returned: usize,
    covered_before: usize,
}

impl<'s> Elements<'s> {
    fn list(sampler: &'s mut Sampler) -> Self {
        Self { covered_before: sampler.covered, sampler, len: None, returned: 0 }
    }

    fn exactly(sampler: &'s mut Sampler, len: usize) -> Self {
        Self { len: Some(len), ..Self::list(sampler) }
    }

    fn has_another(&mut self) -> bool {
        let another = match self.len {
            Some(len) => self.returned < len,
            None => self.returned < MIN_SAMPLES || self.sampler.covered > self.covered_before,
        };
        self.returned += 1;
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

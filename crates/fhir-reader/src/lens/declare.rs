//! The macro that declares a lens.

/// Declares a lens: a struct, and how each of its elements is spelled.
#[macro_export]
macro_rules! lens {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$life:lifetime> { $($(#[$field_meta:meta])* $field:ident: $type:ty = $key:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        $vis struct $name<$life> { $($(#[$field_meta])* pub $field: $type,)* marker: std::marker::PhantomData<&$life ()> }

        impl<'de: $life, $life> $crate::lens::Lens<'de> for $name<$life> {
            fn read_into<A, F>(
                &mut self,
                first: Option<$crate::lens::Key<'de>>,
                map: &mut A,
                follow: &mut F,
            ) -> Result<(), A::Error>
            where
                A: serde::de::MapAccess<'de>,
                F: $crate::lens::Follow<'de, Self>,
            {
                use $crate::lens::{Offer, skip_object, tag};
                /// The tag of each element's key.
                struct Tag;
                #[allow(non_upper_case_globals, reason = "named like the elements")]
                impl Tag {
                    $(const $field: u32 = tag($key);)*
                }
                #[allow(non_camel_case_types, reason = "named like the elements")]
                #[derive(Clone, Copy)]
                enum Element { $($field,)* }

                let mut seen = 0u128;
                let mut enough = false;
                let mut next = first;
                while let Some(key) = next {
                    let element = match tag(&key.0) {
                        $(Tag::$field if key.0 == $key => Some(Element::$field),)*
                        _ => None,
                    };
                    if let Some(element) = element {
                        let bit = 1u128 << (element as u32);
                        if seen & bit != 0 {
                            return Err(serde::de::Error::custom(format_args!("duplicate key `{}`", key.0)));
                        }
                        seen |= bit;
                        if enough {
                            follow.skips(&key.0);
                            map.next_value::<serde::de::IgnoredAny>()?;
                        } else if follow.passes_over(&key.0) {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        } else if let Some(is_enough) = follow.takes(&key.0, self, map)? {
                            enough = is_enough;
                        } else {
                            match element {
                                $(Element::$field => self.$field = map.next_value()?,)*
                            }
                        }
                    } else {
                        match follow.other(&key.0, map)? {
                            Offer::Declined => { map.next_value::<serde::de::IgnoredAny>()?; }
                            Offer::Taken => {}
                            Offer::SkipRest => return skip_object(map),
                        }
                    }
                    next = map.next_key()?;
                }
                Ok(())
            }
        }
    };
}

//! The macro that declares a lens.

/// Declares a lens: a struct, and how each of its elements is spelled.
#[macro_export]
macro_rules! lens {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$life:lifetime> { $($(#[$field_meta:meta])* $field:ident: $type:ty = $key:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        $vis struct $name<$life> { $($(#[$field_meta])* pub $field: $type,)* marker: std::marker::PhantomData<&$life ()> }

        const _: () = {
            /// The tag of each element's key.
            struct Tag;
            #[allow(non_upper_case_globals, reason = "named like the elements")]
            impl Tag {
                $(const $field: u32 = $crate::lens::tag($key);)*
            }

            #[allow(non_camel_case_types, reason = "named like the elements")]
            #[derive(Clone, Copy)]
            enum Element { $($field,)* }

            impl Element {
                fn of(key: &str) -> Option<Self> {
                    match $crate::lens::tag(key) {
                        $(Tag::$field if key == $key => Some(Self::$field),)*
                        _ => None,
                    }
                }

                fn bit(self) -> u128 {
                    1 << (self as u32)
                }
            }

            impl<'de: $life, $life> $crate::lens::Lens<'de> for $name<$life> {
                fn bit_of(key: &str) -> u128 {
                    Element::of(key).map_or(0, Element::bit)
                }

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
                    use $crate::lens::{Offer, skip_object, twice};
                    let mut seen = 0;
                    let mut next = first;
                    while let Some(key) = next {
                        if let Some(element) = Element::of(&key.0) {
                            if seen & element.bit() != 0 {
                                return Err(twice(&key.0));
                            }
                            seen |= element.bit();
                            if follow.passes_over(&key.0) {
                                map.next_value::<serde::de::IgnoredAny>()?;
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
    };
}

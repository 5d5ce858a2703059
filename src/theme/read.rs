//! Reading themes: every key known, all mistakes at once and each with its place.

use serde_json::Value;

use crate::yaml::strict::Item;

/// What stands under a key. It keeps what it is where the key says nothing sound, and reports that.
pub(super) trait Field {
    /// Takes what is written.
    fn take(&mut self, item: &Item<'_>);

    /// What may be written, as a JSON Schema.
    fn schema(&self) -> Value;
}

/// The schema of keys with values, of which no others are known.
pub(super) fn object(keys: impl IntoIterator<Item = (String, Value)>) -> Value {
    serde_json::json!({ "type": "object", "properties": keys.into_iter().collect::<serde_json::Map<_, _>>(), "additionalProperties": false })
}

/// Keys that stand together, as a struct with one field each: how they are read, and their names for the documentation.
macro_rules! group {
    ($kind:ident, $what:literal, [$($key:ident),* $(,)?]) => {
        impl $kind {
            /// Names of the keys, in order.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];
        }

        impl $crate::theme::read::Field for $kind {
            fn take(&mut self, item: &$crate::yaml::strict::Item<'_>) {
                let Some(keys) = item.mapping($what) else { return };
                $(if let Some(item) = keys.get(stringify!($key)) {
                    $crate::theme::read::Field::take(&mut self.$key, &item);
                })*
                keys.finish();
            }

            fn schema(&self) -> serde_json::Value {
                let keys = [$((stringify!($key), $crate::theme::read::Field::schema(&self.$key))),*];
                $crate::theme::read::object(keys.map(|(key, schema)| (key.to_string(), schema)))
            }
        }
    };
}

pub(super) use group;

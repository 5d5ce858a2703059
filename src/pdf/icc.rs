//! The sRGB colour profile (IEC 61966-2-1) for the output intent, made from its definition: an ICC profile of version 2
//! with three primaries, adapted to D50, and one tone curve.

/// Bytes of the header.
const HEADER: usize = 128;

/// The profile's bytes.
pub(super) fn srgb() -> Vec<u8> {
    let curve = curve();
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description("sRGB")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", xyz([0.96420, 1.00000, 0.82491])),
        (b"rXYZ", xyz([0.43607, 0.22249, 0.01392])),
        (b"gXYZ", xyz([0.38515, 0.71687, 0.09708])),
        (b"bXYZ", xyz([0.14307, 0.06061, 0.71410])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let first = HEADER + 4 + tags.len() * 12;
    let mut last: Option<(usize, &[u8])> = None;
    for (signature, bytes) in &tags {
        // Tags that are alike share their data.
        let at = match last {
            Some((at, same)) if same == &bytes[..] => at,
            _ => {
                data.resize(data.len().next_multiple_of(4), 0);
                data.extend(bytes);
                first + data.len() - bytes.len()
            }
        };
        last = Some((at, bytes));
        table.extend(*signature);
        table.extend((at as u32).to_be_bytes());
        table.extend((bytes.len() as u32).to_be_bytes());
    }
    data.resize(data.len().next_multiple_of(4), 0);
    let mut profile = header(first + data.len());
    profile.extend(table);
    profile.extend(data);
    profile
}

fn header(size: usize) -> Vec<u8> {
    let mut header = vec![0; HEADER];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &(size as u32).to_be_bytes());
    put(8, &[2, 0x10, 0, 0]);
    put(12, b"mntrRGB XYZ ");
    // The profile's date; any fixed one does.
    put(24, &[0x07, 0xE4, 0, 1, 0, 1]);
    put(36, b"acsp");
    put(68, &fixed(0.96420));
    put(72, &fixed(1.0));
    put(76, &fixed(0.82491));
    header
}

/// A signed number with 16 binary places.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    let mut bytes = b"XYZ \0\0\0\0".to_vec();
    bytes.extend(values.into_iter().flat_map(fixed));
    bytes
}

fn text(value: &str) -> Vec<u8> {
    [b"text\0\0\0\0", value.as_bytes(), b"\0"].concat()
}

/// A description has an ASCII form, and empty Unicode and Macintosh ones.
fn description(value: &str) -> Vec<u8> {
    let mut bytes = b"desc\0\0\0\0".to_vec();
    bytes.extend((value.len() as u32 + 1).to_be_bytes());
    bytes.extend(value.as_bytes());
    bytes.extend([0; 1 + 8 + 3 + 67]);
    bytes
}

/// The tone curve in 256 steps: linear near black, a power of 2.4 above.
fn curve() -> Vec<u8> {
    let mut bytes = b"curv\0\0\0\0".to_vec();
    bytes.extend(256u32.to_be_bytes());
    for step in 0..256 {
        let value = f64::from(step) / 255.0;
        let linear = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        bytes.extend(((linear * 65535.0).round() as u16).to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_says_its_own_size_and_its_tags_lie_inside() {
        let profile = srgb();
        let number = |at: usize| u32::from_be_bytes([profile[at], profile[at + 1], profile[at + 2], profile[at + 3]]) as usize;
        assert_eq!(number(0), profile.len());
        for tag in 0..number(HEADER) {
            let entry = HEADER + 4 + tag * 12;
            assert!(number(entry + 4) + number(entry + 8) <= profile.len());
            assert_eq!(number(entry + 4) % 4, 0);
        }
    }

    #[test]
    fn the_primaries_add_up_to_white() {
        let profile = srgb();
        let values = |at: usize| -> Vec<i32> {
            let entry = HEADER + 4 + at * 12 + 4;
            let start = u32::from_be_bytes([profile[entry], profile[entry + 1], profile[entry + 2], profile[entry + 3]]) as usize + 8;
            profile[start..start + 12].chunks(4).map(|b| i32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect()
        };
        for axis in 0..3 {
            let sum: i32 = (3..6).map(|tag| values(tag)[axis]).sum();
            assert!((sum - values(2)[axis]).abs() < 20, "axis {axis}: {sum} against {}", values(2)[axis]);
        }
    }
}

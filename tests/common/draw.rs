//! Numbers that look like chance, the same at every run with the same seed.

/// A row of them; the seed is what it begins with.
pub struct Draw(pub u64);

impl Draw {
    /// The next one, from 0 on and below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

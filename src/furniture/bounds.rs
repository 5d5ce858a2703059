//! What of a page lies off it: nothing may, and tests and the search for faults look.

use crate::length::{Length, Point};
use crate::typeset::Item;

use super::Page;

impl Page {
    /// Text and pictures that lie off the page, each told with its place. What hangs into a margin of no width may stick out by a point.
    pub fn off(&self) -> Vec<String> {
        let slack = Length::pt(1);
        let on = |p: Point| p.x >= -slack && p.y >= Length::ZERO && p.x <= self.size.width + slack && p.y <= self.size.height;
        let mut found = Vec::new();
        for placed in [&self.body, &self.furniture, &self.stamp].into_iter().flat_map(|frame| &frame.items) {
            let (corner, what) = match &placed.item {
                Item::Text(run) if run.text.trim().is_empty() => continue,
                Item::Text(run) if run.turned => (Point::new(placed.at.x, placed.at.y - run.width()), &*run.text),
                Item::Text(run) => (Point::new(placed.at.x + run.width(), placed.at.y), &*run.text),
                Item::Picture { size, .. } => (placed.at + Point::new(size.width, size.height), "a picture"),
                _ => continue,
            };
            if !on(placed.at) || !on(corner) {
                let [x, y, width, height] = [placed.at.x, placed.at.y, self.size.width, self.size.height].map(Length::to_pt);
                found.push(format!("page {}: `{what}` at {x:.0}, {y:.0} of {width:.0} × {height:.0}", self.folio));
            }
        }
        found
    }
}

// A small program.
fn main() {
    // ANCHOR: middle
    println!("hello");
    // ANCHOR_END: middle
}

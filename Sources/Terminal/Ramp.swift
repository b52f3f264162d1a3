/// Blocks of an eighth to eight eighths of a cell's height, and a blank for nothing.
package let eighthBlocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
/// Blocks of an eighth to eight eighths of a cell's width, and a blank for nothing.
package let eighthColumns = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
/// Shades from nothing to all, for a terminal that shows no colours.
package let shades = [" ", "░", "░", "▒", "▒", "▒", "▓", "▓", "█"]

/// The block that stands in row `row` (0 is the lowest) of a bar `eighths` high.
package func blockText(eighths: Int, row: Int) -> String {
    eighthBlocks[min(8, max(0, eighths - row * 8))]
}

"""Pages of the insight room: the board, the persons behind a figure, the wall."""

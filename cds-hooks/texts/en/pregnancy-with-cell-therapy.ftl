title = pregnancy-with-cell-therapy

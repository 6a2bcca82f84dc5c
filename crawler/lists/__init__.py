"""List pages to their entries and next pages: pure functions, one module per CMS family."""

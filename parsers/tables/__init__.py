"""One reader per standard table: each lays the labels of its table over the rows of a drawn one."""

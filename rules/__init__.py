"""The rule files that ship with kgrec."""

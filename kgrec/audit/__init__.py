"""What the rules do, said to the people who write them: checked, traced, compared, and why an item is missing."""

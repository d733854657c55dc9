"""What LINE accepts in a message or a rich menu. Pure: a value in, a report of what is wrong out."""

"""What the readers of notes share: heads with fields, Markdown as HTML, pictures beside a note."""

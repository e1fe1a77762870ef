"""The official text of a report: from a file, plain or .docx, to passages that can be cited."""

"""The UN report as checked data: what it grades, names, counts and recommends, in our own words.

Each report is a folder of TOML below ``facts/reports``; next year's report is a new folder, not new code.
"""

#!/usr/bin/python3
"""Starts the sandbox Dify: dify.py --port P --version 1.16|1.13|1.12|1.8 --data DIR."""
from dify.main import main

if __name__ == "__main__":
    main()

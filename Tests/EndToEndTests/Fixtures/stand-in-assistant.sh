#!/bin/sh
# Stands in for a coding assistant: takes a prompt on standard input, does what some words in it say, prints an answer.
prompt=$(cat)
case $prompt in
*"be limited"*)
    echo "API Error: 429 rate_limit_error" >&2
    exit 1
    ;;
*"be out of time"*)
    echo "Request timed out" >&2
    exit 1
    ;;
*"be slow"*) exec sleep 1000 ;;
*"be broken"*)
    echo "no such model" >&2
    exit 1
    ;;
esac
echo "reading the prompt" >&2
printf 'answer\n' >answer.txt
printf 'I am called with %s. I was asked:\n%s\n' "$*" "$prompt"

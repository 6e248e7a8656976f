#!/usr/bin/perl
# Verifies messages with Mail::DKIM. Input: {"records": {name: text}, "messages": {name: base64}} on standard input;
# output: {name: [verdict, ...]}. The keys come from the records, not from the DNS.
use strict;
use warnings;
use JSON::PP;
use MIME::Base64;
use Mail::DKIM::Verifier;
use Mail::DKIM::PublicKey;
use Net::DNS::RR;

my $input = decode_json(do { local $/; <STDIN> });

{
    no warnings 'redefine';
    require Mail::DKIM::DNS;
    *Mail::DKIM::DNS::query = sub {
        my ($name) = @_;
        my $text = $input->{records}{lc $name};
        return () unless defined $text;
        return (Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [unpack('(A255)*', $text)]));
    };
    *Mail::DKIM::DNS::query_async = sub {
        my ($name, $type, %callbacks) = @_;
        my @answer = Mail::DKIM::DNS::query($name, $type);
        return sub { $callbacks{Callbacks}{Success}->(@answer) };
    };
}

my %verdicts;
for my $name (sort keys %{$input->{messages}}) {
    my $octets = decode_base64($input->{messages}{$name});
    my @found = eval {
        my $verifier = Mail::DKIM::Verifier->new();
        # In pieces: the interface is PRINT and CLOSE, and takes CRLF only.
        for (my $at = 0; $at < length $octets; $at += 4096) {
            $verifier->PRINT(substr($octets, $at, 4096));
        }
        $verifier->CLOSE();
        map { my $result = $_->result_detail; $result eq 'pass' ? 'pass' : $result } $verifier->signatures;
    };
    $verdicts{$name} = $@ ? ["died: $@"] : \@found;
}
print encode_json(\%verdicts);

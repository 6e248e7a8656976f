#!/usr/bin/perl
# Judges received messages by implementations that are not relayctl's: Mail::SPF, Mail::DKIM, Mail::DMARC.
#   receiver.pl ADDRESS:PORT <FILES     the DNS server to ask; one file of smtp-sink's a line
# Prints a JSON object a line: what the SMTP client was, and the results.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Mail::DMARC::PurePerl;
use Mail::SPF;
use Net::DNS::Resolver;

my ($address, $port) = $ARGV[0] =~ /^(.+):(\d+)$/ or die "no DNS server\n";
my $resolver = Net::DNS::Resolver->new(nameservers => [$address], port => $port, dnsrch => 0, defnames => 0);
Mail::DKIM::DNS::resolver($resolver);
my $json = JSON::PP->new->canonical;

# The public suffixes of the lab. Mail::DMARC takes no domain whose last label is not among them.
my $folder = tempdir(CLEANUP => 1);
sub write_file {
    my ($name, $text) = @_;
    open my $out, '>', "$folder/$name" or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
    return "$folder/$name";
}
my $suffixes = write_file('suffixes', "test\n");
my $settings = write_file('mail-dmarc.ini', "[dns]\ntimeout = 5\npublic_suffix_list = $suffixes\n"
    . "[dmarc]\nbackend = perl\n[report_store]\nauto_save = 0\n[smtp]\nwhitelist =\n[organization]\n");

# smtp-sink's own lines, then the message.
sub read_message {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!\n";
    local $/;
    my $text = <$in>;
    my %client;
    while ($text =~ s/\AX-(Client-Addr|Helo-Args|Mail-Args|Rcpt-Args): ?([^\r\n]*)\r?\n//
        || $text =~ s/\AX-(Client-Proto): ?([^\r\n]*)\r?\n//) {
        $client{$1} = $2;
    }
    $text =~ s/\r?\n/\r\n/g;
    return (\%client, $text);
}

sub judge_spf {
    my ($client, $sender) = @_;
    my ($scope, $identity) = $sender eq '' ? ('helo', $client->{'Helo-Args'}) : ('mfrom', $sender);
    my $server = Mail::SPF::Server->new(dns_resolver => $resolver);
    my $request = Mail::SPF::Request->new(
        versions => [1], scope => $scope, identity => $identity,
        ip_address => $client->{'Client-Addr'}, helo_identity => $client->{'Helo-Args'});
    my $result = $server->process($request)->code;
    my $domain = $sender eq '' ? $identity : ($sender =~ /@([^@]+)$/)[0];
    return {domain => lc $domain, scope => $scope, result => $result};
}

sub judge_dkim {
    my ($text) = @_;
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT($text);
    $verifier->CLOSE;
    return $verifier;
}

while (my $path = <STDIN>) {
    chomp $path;
    my ($client, $text) = read_message($path);
    my ($sender) = $client->{'Mail-Args'} =~ /<([^>]*)>/;
    my ($from) = $text =~ /^From:.*?\@([A-Za-z0-9.-]+)/m;
    my ($id) = $text =~ /^Message-ID: *<([^>]+)>/mi;
    my $spf = judge_spf($client, $sender);
    my $dkim = judge_dkim($text);
    my $dmarc = Mail::DMARC::PurePerl->new(config_file => $settings);
    $dmarc->set_resolver($resolver);
    $dmarc->source_ip($client->{'Client-Addr'});
    $dmarc->envelope_to('receiver.test');
    $dmarc->envelope_from($spf->{domain}) if $sender ne '';
    $dmarc->header_from(lc $from);
    $dmarc->spf($spf);
    $dmarc->dkim($dkim);
    my $result = $dmarc->validate;
    print $json->encode({
        id => $id, address => $client->{'Client-Addr'}, helo => $client->{'Helo-Args'}, sender => $sender,
        spf => $spf->{result}, dkim => [map { $_->result } $dkim->signatures],
        dmarc => $result->result, disposition => $result->disposition,
        spf_aligned => $result->spf // '', dkim_aligned => $result->dkim // '',
    }), "\n";
}

# Signs every file of a folder with Mail::DKIM (libmail-dkim-perl).
#
#     mail_dkim_sign.pl SOURCE TARGET KEY DOMAIN SELECTOR HEADER/BODY
#
# Mail::DKIM wants lines that end in CRLF. What it does not sign gets no file in TARGET.
use strict;
use warnings;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;

my ($source, $target, $key, $domain, $selector, $method) = @ARGV;
opendir(my $folder, $source) or die "cannot read $source: $!";
for my $name (grep { !/^\./ } readdir $folder) {
    open(my $in, '<:raw', "$source/$name") or die "cannot read $name: $!";
    my $message = do { local $/; <$in> };
    $message = '' unless defined $message;
    my $signed = eval {
        my $signer = Mail::DKIM::Signer->new(
            Algorithm => 'rsa-sha256', Method => $method, Domain => $domain, Selector => $selector, KeyFile => $key);
        $signer->PRINT($message);
        $signer->CLOSE;
        $signer->signature->as_string . "\r\n" . $message;
    };
    next unless defined $signed;
    open(my $out, '>:raw', "$target/$name") or die "cannot write $name: $!";
    print $out $signed;
    close $out or die "cannot write $name: $!";
}

// {fmt}'s own sources, in place of libfmt.so, whose symbols the loader would resolve at every start. The instantiations are
// those that <fmt/core.h> and <fmt/format.h> declare and leave to the library.
#include <fmt/format-inl.h>

namespace fmt::inline v9 {

template detail::dragonbox::decimal_fp<float> detail::dragonbox::to_decimal(float) noexcept;
template detail::dragonbox::decimal_fp<double> detail::dragonbox::to_decimal(double) noexcept;
template detail::thousands_sep_result<char> detail::thousands_sep_impl<char>(locale_ref);
template char detail::decimal_point_impl<char>(locale_ref);
template void detail::buffer<char>::append(const char*, const char*);
template void detail::vformat_to(buffer<char>&, string_view, basic_format_args<buffer_context<char>>, locale_ref);

}  // namespace fmt
